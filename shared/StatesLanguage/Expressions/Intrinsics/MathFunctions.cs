using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Intrinsics;

/// <summary>Functions on numbers, and the one on objects.</summary>
internal static class MathFunctions
{
    public static JsonElement Add(Arguments arguments)
    {
        var sum = (Int128)arguments.Whole(0) + arguments.Whole(1);
        return sum >= long.MinValue && sum <= long.MaxValue
            ? JsonBuffer.Number((long)sum)
            : throw new ArgumentRefusedException($"the sum {sum} is out of range");
    }

    /// <summary>From the first number on, below the second; the same for the same third, if there is one.</summary>
    public static JsonElement Random(Arguments arguments)
    {
        var (start, end) = (arguments.Whole(0), arguments.Whole(1));
        if (start >= end)
            throw new ArgumentRefusedException($"the start {start} must be less than the end {end}");

        var randomness = arguments.Count == 3 ? Seeded(arguments.Whole(2)) : arguments.Randomness;
        return JsonBuffer.Number(randomness.NextBetween(start, end));
    }

    public static JsonElement JsonMerge(Arguments arguments) => arguments[2].ValueKind == JsonValueKind.False
        ? Json.Merge(arguments[0], arguments[1])
        : throw new ArgumentRefusedException("merging of nested objects is not supported: the third argument must be false");

    private static Randomness Seeded(long seed)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, seed);
        return new(new Guid(bytes));
    }
}
