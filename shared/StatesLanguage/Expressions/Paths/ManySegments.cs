using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Paths;

/// <summary><c>*</c>: all members or items.</summary>
internal sealed class WildcardSegment : Segment
{
    public override void Expand(JsonElement node, Walk walk, int next)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in node.EnumerateArray())
                walk.Visit(item, next);
        }
        else if (node.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in node.EnumerateObject())
                walk.Visit(member.Value, next);
        }
    }

    public override string ToString() => "[*]";
}

/// <summary><c>[0,2]</c>, or <c>['a','b']</c> before the end of a path: what each of the segments leads to, in their order.</summary>
internal sealed class UnionSegment(IReadOnlyList<Segment> segments) : Segment
{
    public IReadOnlyList<Segment> Segments { get; } = segments;

    public override void Expand(JsonElement node, Walk walk, int next)
    {
        foreach (var segment in Segments)
            segment.Expand(node, walk, next);
    }

    public override string ToString() => $"[{string.Join(',', Segments.Select(s => s.ToString()[1..^1]))}]";
}

/// <summary><c>[start:end:step]</c>, as in Python.</summary>
internal sealed class SliceSegment(int? start, int? end, int? step) : Segment
{
    public override void Expand(JsonElement node, Walk walk, int next)
    {
        if (node.ValueKind != JsonValueKind.Array)
            return;

        JsonElement[] items = [.. node.EnumerateArray()];
        var stride = step ?? 1;
        var first = Bound(start, stride > 0 ? 0 : items.Length - 1);
        var last = Bound(end, stride > 0 ? items.Length : -1);
        if (stride > 0)
        {
            for (var i = Math.Max(first, 0); i < Math.Min(last, items.Length); i += stride)
                walk.Visit(items[i], next);
        }
        else
        {
            for (var i = Math.Min(first, items.Length - 1); i > last; i += stride)
                walk.Visit(items[i], next);
        }

        // Bounds that are given count from the end when negative; the defaults do not.
        long Bound(int? given, int absent) => given is not { } bound ? absent : bound < 0 ? Math.Max((long)bound + items.Length, -1) : bound;
    }

    public override string ToString() => step is null ? $"[{start}:{end}]" : $"[{start}:{end}:{step}]";
}

/// <summary><c>..</c>: the segment, here and at all places below.</summary>
internal sealed class DescentSegment(Segment inner) : Segment
{
    public override void Expand(JsonElement node, Walk walk, int next)
    {
        walk.CountVisit();
        inner.ExpandBelow(node, walk, next);
        if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in node.EnumerateArray())
                Expand(item, walk, next);
        }
        else if (node.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in node.EnumerateObject())
                Expand(member.Value, walk, next);
        }
    }

    public override string ToString() => $"..{inner}";
}

/// <summary><c>[?(…)]</c>: the items that satisfy the condition, or the object if it does.</summary>
internal sealed class FilterSegment(Condition condition, string text) : Segment
{
    public override void Expand(JsonElement node, Walk walk, int next)
    {
        if (node.ValueKind == JsonValueKind.Object)
        {
            ExpandBelow(node, walk, next);
        }
        else if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in node.EnumerateArray())
                ExpandBelow(item, walk, next);
        }
    }

    public override void ExpandBelow(JsonElement node, Walk walk, int next)
    {
        walk.CountVisit();
        if (condition.Holds(node, walk.Evaluation))
            walk.Visit(node, next);
    }

    public override string ToString() => $"[?{text}]";
}
