using Flow.Jsonata.Values;
using static Flow.Jsonata.Functions.Library;

namespace Flow.Jsonata.Functions;

/// <summary>Functions of many numbers.</summary>
internal static class AggregateFunctions
{
    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        Of("sum", "<a<n>:n>", call => Numbers.Box(NumbersOf(call).Sum())),
        Declare("count", "<a:n>", call => Numbers.Box(call[0] is ArrayValue array ? array.Count : 0)),
        Of("max", "<a<n>:n>", call => NumbersOf(call) is { Count: > 0 } numbers ? Numbers.Box(numbers.Max()) : null),
        Of("min", "<a<n>:n>", call => NumbersOf(call) is { Count: > 0 } numbers ? Numbers.Box(numbers.Min()) : null),
        Of("average", "<a<n>:n>", call => NumbersOf(call) is { Count: > 0 } numbers ? Numbers.Box(numbers.Sum() / numbers.Count) : null),
    ];

    private static List<double> NumbersOf(Invocation call)
    {
        var items = ((ArrayValue)call[0]!).Items;
        call.Evaluator.Budget.Step(items.Count);
        return items.ConvertAll(i => (double)i!);
    }
}
