using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Paths;

/// <summary>One step of a path.</summary>
internal abstract class Segment
{
    /// <summary>Whether it leads to one place at most.</summary>
    public virtual bool IsDefinite => false;

    /// <summary>Takes a definite step.</summary>
    public virtual bool TryStep(JsonElement node, out JsonElement child)
    {
        child = default;
        return false;
    }

    /// <summary>Visits all places it leads to.</summary>
    /// <param name="node">Where it starts.</param>
    /// <param name="walk">What collects.</param>
    /// <param name="next">The segment to go on with.</param>
    public virtual void Expand(JsonElement node, Walk walk, int next)
    {
        if (TryStep(node, out var child))
            walk.Visit(child, next);
    }

    /// <summary>As <see cref="Expand"/>, at each place below <c>..</c>.</summary>
    public virtual void ExpandBelow(JsonElement node, Walk walk, int next) => Expand(node, walk, next);

    public abstract override string ToString();
}

/// <summary><c>.name</c> or <c>['name']</c>.</summary>
internal sealed class MemberSegment(string name) : Segment
{
    public string Name { get; } = name;

    public override bool IsDefinite => true;

    public override bool TryStep(JsonElement node, out JsonElement child)
    {
        child = default;
        return node.ValueKind == JsonValueKind.Object && node.TryGetProperty(Name, out child);
    }

    public override string ToString() => $"['{Name}']";
}

/// <summary><c>[n]</c>, from the end when negative.</summary>
internal sealed class IndexSegment(int index) : Segment
{
    public int Index { get; } = index;

    public override bool IsDefinite => true;

    public override bool TryStep(JsonElement node, out JsonElement child)
    {
        child = default;
        if (node.ValueKind != JsonValueKind.Array)
            return false;

        var length = node.GetArrayLength();
        var place = Index < 0 ? Index + length : Index;
        if (place < 0 || place >= length)
            return false;

        child = node[place];
        return true;
    }

    public override string ToString() => $"[{Index}]";
}

/// <summary><c>['a','b']</c> at the end of a path: an object of the members that are there.</summary>
internal sealed class MembersSegment(IReadOnlyList<string> names) : Segment
{
    public override bool IsDefinite => true;

    public override bool TryStep(JsonElement node, out JsonElement child)
    {
        child = default;
        if (node.ValueKind != JsonValueKind.Object)
            return false;

        child = JsonBuffer.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var name in names)
            {
                if (!node.TryGetProperty(name, out var member))
                    continue;
                writer.WritePropertyName(name);
                writer.WriteVerbatim(member);
            }

            writer.WriteEndObject();
        });
        return true;
    }

    public override string ToString() => $"['{string.Join("','", names)}']";
}
