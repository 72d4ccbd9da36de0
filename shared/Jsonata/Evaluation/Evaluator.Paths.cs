using Flow.Jsonata.Functions;
using Flow.Jsonata.Syntax;
using Flow.Jsonata.Values;

namespace Flow.Jsonata.Evaluation;

internal sealed partial class Evaluator
{
    private object? Path(PathNode path, object? context, Frame frame)
    {
        var current = context is ArrayValue array && path.Steps[0] is not VariableNode ? array : ArrayValue.SequenceOf(context);
        object? result = null;
        ArrayValue? tuples = null;
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var step = path.Steps[i];
            if (tuples is null && i == 0 && step is { IsConstructed: true, HasTuples: false })
                result = Evaluate(step, current, frame);
            else if (tuples is not null || step.HasTuples)
                tuples = TupleStep(step, current, tuples, frame);
            else
                result = PlainStep(step, current, frame, isLast: i == path.Steps.Count - 1);

            if (tuples is null)
            {
                if (result is null or ArrayValue { Count: 0 })
                    break;
                if (step.Focus is null)
                    current = ArrayValue.From(result);
            }
        }

        if (tuples is not null)
            result = path.HasTuples ? tuples : Items(tuples);
        if (path.KeepsSingleton && result is not null)
        {
            // An array that the expression itself made is one value of the sequence that is kept.
            var kept = result is ArrayValue many and not { IsConstructed: true, IsSequence: false } ? many : ArrayValue.SequenceOf(result);
            kept.KeepsSingleton = true;
            result = kept;
        }

        return path.Group is null ? result : GroupBy(path.Group, tuples ?? result, frame);
    }

    private static ArrayValue Items(ArrayValue tuples)
    {
        var items = ArrayValue.Sequence();
        foreach (var tuple in tuples.Items)
            items.Add(((TupleValue)tuple!).Item);
        return items;
    }

    private object? PlainStep(Node step, ArrayValue current, Frame frame, bool isLast)
    {
        if (step is SortNode sort)
            return Staged(step, Sorted(sort.Terms, current, frame), frame);

        var results = new List<object?>(current.Count);
        foreach (var item in current.Items)
        {
            var result = Evaluate(step, item, frame);
            if (step.Stages is not null)
            {
                foreach (var stage in step.Stages)
                    result = Filter(stage.Predicate!, result, frame);
            }

            if (result is not null)
                results.Add(result);
        }

        if (isLast && results is [ArrayValue { IsSequence: false } only])
            return only;
        var sequence = ArrayValue.Sequence();
        foreach (var result in results)
        {
            if (result is ArrayValue { IsConstructed: false } many)
                sequence.Items.AddRange(many.Items);
            else
                sequence.Add(result);
        }

        Budget.Charge(16 + (8 * sequence.Count));
        return sequence;
    }

    private ArrayValue TupleStep(Node step, ArrayValue current, ArrayValue? tuples, Frame frame)
    {
        if (step is SortNode sort)
            return Staged(step, tuples is null ? Numbered(Sorted(sort.Terms, current, frame), step.Index) : Sorted(sort.Terms, tuples, frame), frame);

        var results = new ArrayValue { IsSequence = true, IsTuples = true };
        foreach (var tuple in tuples?.Items ?? [.. current.Items.Select(item => (object?)new TupleValue(item, new(StringComparer.Ordinal)))])
        {
            var from = (TupleValue)tuple!;
            var found = Evaluate(step, from.Item, Frame.Of(frame, from));
            if (found is null)
                continue;
            var values = found as ArrayValue ?? new ArrayValue([found]);
            for (var i = 0; i < values.Count; i++)
                results.Add(Next(step, from, values.Items[i], i));
        }

        return Staged(step, results, frame);
    }

    private TupleValue Next(Node step, TupleValue from, object? value, int index)
    {
        Budget.Charge(128 + (48L * from.Bindings.Count));
        TupleValue next;
        if (value is TupleValue inner)
        {
            next = from.With(inner.Item);
            foreach (var (name, bound) in inner.Bindings)
                next.Bindings[name] = bound;
            return next;
        }

        next = from.With(step.Focus is null ? value : from.Item);
        if (step.Focus is not null)
            next.Bindings[step.Focus] = value;
        if (step.Index is not null)
            next.Bindings[step.Index] = Numbers.Box(index);
        if (step.Ancestor is not null)
            next.Bindings[step.Ancestor.Label] = from.Item;
        return next;
    }

    private static ArrayValue Numbered(ArrayValue sorted, string? variable)
    {
        var tuples = new ArrayValue { IsSequence = true, IsTuples = true };
        foreach (var (index, item) in sorted.Items.Index())
        {
            var bindings = new Dictionary<string, object?>(StringComparer.Ordinal);
            if (variable is not null)
                bindings[variable] = Numbers.Box(index);
            tuples.Add(new TupleValue(item, bindings));
        }

        return tuples;
    }

    private ArrayValue Staged(Node step, ArrayValue values, Frame frame)
    {
        foreach (var stage in step.Stages ?? [])
        {
            if (stage.Predicate is not null)
            {
                values = Filter(stage.Predicate, values, frame);
                continue;
            }

            foreach (var (index, tuple) in values.Items.Index())
                ((TupleValue)tuple!).Bindings[stage.Variable!] = Numbers.Box(index);
        }

        return values;
    }

    private ArrayValue Filter(Node predicate, object? value, Frame frame)
    {
        var values = value is null ? ArrayValue.Sequence() : ArrayValue.From(value);
        var results = new ArrayValue { IsSequence = true, IsTuples = values.IsTuples };
        if (predicate is LiteralNode { Value: double position, Predicates: null })
        {
            var place = Place(position, values.Count);
            if (place < 0 || place >= values.Count)
                return results;
            if (values.Items[(int)place] is ArrayValue array)
                return array;
            results.Add(values.Items[(int)place]);
            return results;
        }

        for (var index = 0; index < values.Count; index++)
        {
            var item = values.Items[index];
            var verdict = item is TupleValue tuple ? Evaluate(predicate, tuple.Item, Frame.Of(frame, tuple)) : Evaluate(predicate, item, frame);
            if (Positions(verdict) is { } positions)
            {
                foreach (var wanted in positions)
                {
                    if (Place(wanted, values.Count) == index)
                        results.Add(item);
                }
            }
            else if (IsTrue(verdict))
            {
                results.Add(item);
            }
        }

        return results;
    }

    private static double Place(double position, int count) => Math.Floor(position) is var index && index < 0 ? count + index : index;

    private static IEnumerable<double>? Positions(object? verdict) => verdict switch
    {
        double position => [position],
        ArrayValue { Count: > 0 } array when array.Items.TrueForAll(i => i is double) => array.Items.Cast<double>(),
        _ => null,
    };
}
