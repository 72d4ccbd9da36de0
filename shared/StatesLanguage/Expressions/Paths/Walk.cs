using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Paths;

/// <summary>Collects what an indefinite path matches, in document order.</summary>
internal sealed class Walk(Segment[] segments, Evaluation evaluation)
{
    /// <summary>Most values looked at: bounds paths such as <c>$..*..*</c>, whose matches grow with the depth.</summary>
    public const int MaximumVisits = 1_000_000;

    private readonly List<JsonElement> _matches = [];
    private int _visits;

    public Evaluation Evaluation { get; } = evaluation;

    /// <summary>Collects from a node on; false when the segment there cannot be applied to a value of its kind.</summary>
    public bool TryCollect(JsonElement node, int segment, out JsonElement matches)
    {
        matches = node;
        if (!segments[segment].AppliesTo(node))
            return false;

        // All items of an array are the array: nothing to copy.
        if (segments[segment] is WildcardSegment && segment == segments.Length - 1 && node.ValueKind == JsonValueKind.Array)
            return true;

        segments[segment].Expand(node, this, segment + 1);
        matches = _matches.Count == 0 ? Json.EmptyArray : JsonBuffer.Array(_matches);
        return true;
    }

    /// <summary>A value was reached: goes on with the segments that are left.</summary>
    public void Visit(JsonElement node, int segment)
    {
        CountVisit();
        if (segment == segments.Length)
            _matches.Add(node);
        else if (!segments[segment].IsDefinite)
            segments[segment].Expand(node, this, segment + 1);
        else if (segments[segment].TryStep(node, out var child))
            Visit(child, segment + 1);
    }

    public void CountVisit()
    {
        if (++_visits > MaximumVisits)
            throw new EvaluationException(ErrorNames.Runtime, $"The path '{string.Concat<Segment>(segments)}' looks at more than {MaximumVisits} values.");
    }
}
