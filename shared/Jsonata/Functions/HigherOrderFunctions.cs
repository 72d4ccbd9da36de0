using Flow.Jsonata.Values;
using static Flow.Jsonata.Functions.Library;

namespace Flow.Jsonata.Functions;

/// <summary>Functions that call the function they are given, with as many of (value, place, whole) as it takes.</summary>
internal static class HigherOrderFunctions
{
    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        Of("map", "<af>", Map),
        Of("filter", "<af>", Filter),
        Of("single", "<af?>", Single),
        Of("reduce", "<afj?:j>", Reduce),
        Of("each", "<o-f:a>", Each),
        Declare("sift", "<o-f?:o>", call => call.Has(0) ? Sift(call) : null),
    ];

    private static ArrayValue Map(Invocation call)
    {
        var array = (ArrayValue)call[0]!;
        var result = ArrayValue.Sequence();
        for (var i = 0; i < array.Count; i++)
        {
            if (Ask(call, array.Items[i], Numbers.Box(i), array) is { } value)
                result.Add(value);
        }

        return result;
    }

    private static ArrayValue Filter(Invocation call)
    {
        var array = (ArrayValue)call[0]!;
        var result = ArrayValue.Sequence();
        for (var i = 0; i < array.Count; i++)
        {
            if (call.Evaluator.IsTrue(Ask(call, array.Items[i], Numbers.Box(i), array)))
                result.Add(array.Items[i]);
        }

        return result;
    }

    private static object? Single(Invocation call)
    {
        var array = (ArrayValue)call[0]!;
        List<object?> found = [.. array.Items.Where((item, i) => !call.Has(1) || call.Evaluator.IsTrue(Ask(call, item, Numbers.Box(i), array)))];
        return found.Count switch
        {
            1 => found[0],
            0 => throw new JsonataException("D3139", "One value is expected, but none fits."),
            _ => throw new JsonataException("D3138", "One value is expected, but several fit."),
        };
    }

    private static object? Reduce(Invocation call)
    {
        var array = (ArrayValue)call[0]!;
        var function = call.Callable(1);
        if (function.Arity < 2)
            throw new JsonataException("D3050", "The function that reduces must take two arguments at least.");
        var first = call.Has(2) ? 0 : 1;
        if (first == 1 && array.Count == 0)
            return null;
        var result = first == 0 ? call[2] : array.Items[0];
        for (var i = first; i < array.Count; i++)
            result = call.Evaluator.Apply(function, [.. new object?[] { result, array.Items[i], Numbers.Box(i), array }.Take(function.Arity)], null);
        return result;
    }

    private static ArrayValue Each(Invocation call)
    {
        var made = (ObjectValue)call[0]!;
        var result = ArrayValue.Sequence();
        foreach (var (name, value) in made.Members)
        {
            if (Ask(call, value, name, made) is { } found)
                result.Add(found);
        }

        return result;
    }

    private static ObjectValue? Sift(Invocation call)
    {
        var made = (ObjectValue)call[0]!;
        var result = new ObjectValue();
        foreach (var (name, value) in made.Members)
        {
            if (call.Evaluator.IsTrue(Ask(call, value, name, made)))
                result[name] = value;
        }

        return result.Count == 0 ? null : result;
    }

    private static object? Ask(Invocation call, object? value, object place, object whole)
    {
        var function = call.Callable(1);
        object?[] arguments = [value, place, whole];
        return call.Evaluator.Apply(function, arguments[..Math.Clamp(function.Arity, 1, 3)], null);
    }
}
