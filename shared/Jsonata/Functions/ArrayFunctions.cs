using Flow.Jsonata.Values;
using static Flow.Jsonata.Functions.Library;

namespace Flow.Jsonata.Functions;

/// <summary>Functions of arrays.</summary>
internal static class ArrayFunctions
{
    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        Declare("append", "<xx:a>", call =>
        {
            call.Evaluator.Budget.Step(ArrayValue.From(call[0]).Count + (long)ArrayValue.From(call[1]).Count);
            return ArrayValue.Concat(call[0], call[1]);
        }),
        Of("reverse", "<a:a>", call => new ArrayValue([.. Enumerable.Reverse(((ArrayValue)call[0]!).Items)])),
        Of("distinct", "<x:x>", call => call[0] is ArrayValue { Count: > 1 } array ? Distinct(call, array) : call[0]),
        Of("shuffle", "<a:a>", call => Shuffled(call, (ArrayValue)call[0]!)),
        Declare("zip", "<a+>", Zip),
        Of("sort", "<af?:a>", Sort),
    ];

    private static ArrayValue Distinct(Invocation call, ArrayValue array)
    {
        var result = new ArrayValue { IsSequence = array.IsSequence };
        foreach (var item in array.Items)
        {
            call.Evaluator.Budget.Step(result.Count);
            if (!result.Items.Exists(known => Truth.AreEqual(known, item, call.Evaluator.Budget)))
                result.Add(item);
        }

        return result;
    }

    private static ArrayValue Shuffled(Invocation call, ArrayValue array)
    {
        call.Evaluator.Budget.Step(array.Count);
        var items = new List<object?>(array.Items);
        for (var i = items.Count - 1; i > 0; i--)
        {
            var other = (int)(Chance.Next(call.Evaluator) * (i + 1));
            (items[i], items[other]) = (items[other], items[i]);
        }

        return new ArrayValue(items);
    }

    private static ArrayValue Zip(Invocation call)
    {
        var arrays = call.Arguments.Select(a => (a as ArrayValue)?.Items ?? []).ToList();
        var result = new ArrayValue();
        var length = arrays.Count == 0 ? 0 : arrays.Min(a => a.Count);
        call.Evaluator.Budget.Step(length * (long)arrays.Count);
        call.Evaluator.Budget.Charge(length * (96 + (8L * arrays.Count)));
        for (var i = 0; i < length; i++)
            result.Add(new ArrayValue([.. arrays.Select(a => a[i])]));
        return result;
    }

    private static ArrayValue Sort(Invocation call)
    {
        var array = (ArrayValue)call[0]!;
        if (array.Count <= 1)
            return array;
        var evaluator = call.Evaluator;
        if (call[1] is Function isAfter)
            return new ArrayValue(MergeSort.Sort(array.Items, (a, b) => evaluator.IsTrue(evaluator.Apply(isAfter, [a, b], null))));
        evaluator.Budget.Step(array.Count * (long)Math.Log2(array.Count));
        if (array.Items.TrueForAll(i => i is double))
            return new ArrayValue([.. array.Items.Order(Comparer<object?>.Create((a, b) => ((double)a!).CompareTo((double)b!)))]);
        if (array.Items.TrueForAll(i => i is string))
            return new ArrayValue([.. array.Items.Order(Comparer<object?>.Create((a, b) => string.CompareOrdinal((string)a!, (string)b!)))]);
        throw new JsonataException("D3070", "Without a function that compares, only arrays of numbers or of texts are sorted.");
    }
}
