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

    /// <summary>An array of all matches.</summary>
    /// <param name="node">Where to start.</param>
    /// <param name="segment">The segment to start with: an indefinite one.</param>
    public JsonElement Collect(JsonElement node, int segment)
    {
        // All items of an array are the array: nothing to copy.
        if (segments[segment] is WildcardSegment && segment == segments.Length - 1 && node.ValueKind == JsonValueKind.Array)
            return node;

        segments[segment].Expand(node, this, segment + 1);
        return _matches.Count == 0 ? Json.EmptyArray : JsonBuffer.Array(_matches);
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
