using Flow.Jsonata.Functions;
using Flow.Jsonata.Syntax;
using Flow.Jsonata.Values;

namespace Flow.Jsonata.Evaluation;

internal sealed partial class Evaluator
{
    /// <summary>An object whose keys and values are taken from each item; items with the same key are one value.</summary>
    private ObjectValue GroupBy(Grouping grouping, object? value, Frame frame)
    {
        var items = value is null ? [null] : ArrayValue.From(value) is { Count: > 0 } array ? array.Items : [null];
        var groups = new OrderedDictionary<string, (object? Items, int Pair)>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            for (var pair = 0; pair < grouping.Pairs.Count; pair++)
            {
                var key = item is TupleValue tuple
                    ? Evaluate(grouping.Pairs[pair].Key, tuple.Item, Frame.Of(frame, tuple))
                    : Evaluate(grouping.Pairs[pair].Key, item, frame);
                if (key is null)
                    continue;
                if (key is not string name)
                    throw new JsonataException("T1003", $"A key of an object must be a text, but is {Shown(key)}.", grouping.Position);
                if (!groups.TryGetValue(name, out var group))
                    groups[name] = Begun(item, pair);
                else if (group.Pair != pair)
                    throw new JsonataException("D1009", $"Several keys of the object are '{name}'.", grouping.Position, name);
                else
                    groups[name] = (Joined(group.Items, item), pair);
            }
        }

        var result = new ObjectValue();
        foreach (var (name, group) in groups)
        {
            var made = group.Items is TupleGroup or TupleValue
                ? OfTuples(grouping.Pairs[group.Pair].Value, group.Items, frame)
                : Evaluate(grouping.Pairs[group.Pair].Value, group.Items is ItemGroup many ? many.Items : group.Items, frame);
            if (made is not null)
                result[name] = made;
        }

        return result;
    }

    private (object? Items, int Pair) Begun(object? item, int pair)
    {
        Budget.Charge(96);
        return (item, pair);
    }

    /// <summary>Items that share a key, gathered without copying what is there already.</summary>
    private static object? Joined(object? gathered, object? item)
    {
        if (item is TupleValue tuple)
        {
            var group = gathered as TupleGroup ?? new TupleGroup([(TupleValue)gathered!]);
            group.Tuples.Add(tuple);
            return group;
        }

        if (gathered is ItemGroup many)
        {
            many.Items.Append(item);
            return many;
        }

        var joined = new ArrayValue();
        joined.Append(gathered);
        joined.Append(item);
        return new ItemGroup(joined);
    }

    private object? OfTuples(Node node, object? group, Frame frame)
    {
        List<TupleValue> tuples = group is TupleGroup many ? many.Tuples : [(TupleValue)group!];
        var item = Gathered(tuples.ConvertAll(t => t.Item));
        var names = tuples.SelectMany(t => t.Bindings.Keys).Distinct(StringComparer.Ordinal);
        var bindings = names.ToDictionary(name => name, name => Gathered(tuples.ConvertAll(t => t.Bindings.GetValueOrDefault(name))), StringComparer.Ordinal);
        Budget.Charge(16L * tuples.Count * (1 + bindings.Count));
        return Evaluate(node, item, Frame.Of(frame, new TupleValue(item, bindings)));
    }

    /// <summary>Values as one: an array of what all of them hold, unless there is but one.</summary>
    private static object? Gathered(List<object?> values)
    {
        values.RemoveAll(v => v is null);
        if (values.Count <= 1)
            return values.FirstOrDefault();
        var all = new ArrayValue();
        foreach (var value in values)
            all.Append(value);
        return all;
    }

    private ArrayValue Sorted(IReadOnlyList<SortTerm> terms, ArrayValue values, Frame frame)
    {
        var rows = new List<(object? Item, object?[] Keys)>(values.Count);
        foreach (var item in values.Items)
            rows.Add((item, Keys(terms, item, frame)));
        Budget.Charge(64L * rows.Count);
        rows = MergeSort.Sort(rows, (a, b) => IsAfter(terms, a.Keys, b.Keys));
        return new ArrayValue(rows.ConvertAll(r => r.Item)) { IsSequence = true, IsTuples = values.IsTuples };
    }

    private object?[] Keys(IReadOnlyList<SortTerm> terms, object? item, Frame frame) => item is TupleValue tuple
        ? [.. terms.Select(t => Evaluate(t.Expression, tuple.Item, Frame.Of(frame, tuple)))]
        : [.. terms.Select(t => Evaluate(t.Expression, item, frame))];

    private bool IsAfter(IReadOnlyList<SortTerm> terms, object?[] left, object?[] right)
    {
        Budget.Step();
        for (var i = 0; i < terms.Count; i++)
        {
            // What has no value comes last, in either direction.
            if (left[i] is null || right[i] is null)
            {
                if (left[i] is null && right[i] is null)
                    continue;
                return left[i] is null;
            }

            CheckKeys(terms[i], left[i]!, right[i]!);
            if (Order(left[i]!, right[i]!) is var order and not 0)
                return terms[i].IsDescending ? order < 0 : order > 0;
        }

        return false;
    }

    private static void CheckKeys(SortTerm term, object left, object right)
    {
        foreach (var key in (ReadOnlySpan<object>)[left, right])
        {
            if (key is not (double or string))
                throw new JsonataException("T2008", $"Values are ordered by numbers or texts, not by {Shown(key)}.", term.Expression.Position);
        }

        if (left.GetType() != right.GetType())
            throw new JsonataException("T2007", "Values are ordered by numbers or by texts, not by both.", term.Expression.Position);
    }

    private sealed record ItemGroup(ArrayValue Items);

    private sealed record TupleGroup(List<TupleValue> Tuples);
}
