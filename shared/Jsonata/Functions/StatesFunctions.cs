using System.Text.Json;
using Flow.Jsonata.Strings;
using Flow.Jsonata.Values;
using static Flow.Jsonata.Functions.Library;

namespace Flow.Jsonata.Functions;

/// <summary>Functions that the Amazon States Language adds to JSONata.</summary>
internal static class StatesFunctions
{
    private const int MaxParseDepth = 1_000;

    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        Of("partition", "<an:a>", Partition),
        Of("range", "<nnn:a>", Range),
        Of("hash", "<s-s:s>", call => Digest.Of(call.Text(0), call.Text(1))
            ?? throw new JsonataException("D3142", $"'{call.Text(1)}' is no algorithm: use MD5, SHA-1, SHA-256, SHA-384 or SHA-512.", token: "hash")),
        Declare("random", "<n?:n>", call => Numbers.Box(call.Has(0) ? Chance.Of(Scrambled(call.Number(0))) : Chance.Next(call.Evaluator))),
        Declare("uuid", "<:s>", call => Uuid(Chance.Bits(call.Evaluator), Chance.Bits(call.Evaluator))),
        Of("parse", "<s-:x>", Parse),
    ];

    private static ArrayValue Partition(Invocation call)
    {
        var size = Math.Round(call.Number(1));
        if (size is not (>= 1 and <= int.MaxValue))
            throw new JsonataException("D3143", $"The size of a part must be 1 at least, but is {ValueText.Shown(call[1])}.", token: "partition");
        var items = ((ArrayValue)call[0]!).Items;
        call.Evaluator.Budget.Step(items.Count);
        call.Evaluator.Budget.Charge((8L * items.Count) + (112 * (long)Math.Ceiling(items.Count / size)));
        return new ArrayValue([.. items.Chunk((int)size).Select(part => new ArrayValue([.. part]))]);
    }

    private static ArrayValue Range(Invocation call)
    {
        var (from, to, step) = (Math.Round(call.Number(0)), Math.Round(call.Number(1)), Math.Round(call.Number(2)));
        if (step == 0)
            throw new JsonataException("D3144", "The step of a range may not be 0.", token: "range");
        var count = Math.Floor((to - from) / step) + 1;
        if (count > int.MaxValue)
            throw new JsonataException("D2014", "The range has too many items.", token: "range");
        var result = ArrayValue.Sequence();
        call.Evaluator.Budget.Step((long)Math.Max(0, count));
        call.Evaluator.Budget.Charge(32 * (long)Math.Max(0, count));
        for (var i = 0; i < count; i++)
            result.Add(Numbers.Box(from + (i * step)));
        return result;
    }

    private static object? Parse(Invocation call)
    {
        // Every character may be a token, and every token an index entry of the parser.
        var text = call.Text(0);
        call.Evaluator.Budget.Step(text.Length / 8);
        call.Evaluator.Budget.Charge(16L * text.Length);
        try
        {
            return JsonValues.Read(JsonElement.Parse(text, new JsonDocumentOptions { MaxDepth = MaxParseDepth }));
        }
        catch (ArgumentException)
        {
            throw new JsonataException("D3145", "The text is not JSON: it holds half of a surrogate pair.", token: "parse");
        }
        catch (JsonException e)
        {
            throw new JsonataException("D3145", $"The text is not JSON: {e.Message}", token: "parse");
        }
    }

    /// <summary>A version 4 UUID (RFC 9562) of 128 random bits.</summary>
    private static string Uuid(ulong high, ulong low)
    {
        high = (high & ~0xF000UL) | 0x4000UL;
        low = (low & ~(3UL << 62)) | (2UL << 62);
        return new Guid((uint)(high >> 32), (ushort)(high >> 16), (ushort)high, (byte)(low >> 56), (byte)(low >> 48), (byte)(low >> 40), (byte)(low >> 32), (byte)(low >> 24), (byte)(low >> 16), (byte)(low >> 8), (byte)low).ToString();
    }

    /// <summary>Bits that look random, from a seed: the finalizer of SplitMix64.</summary>
    private static ulong Scrambled(double seed)
    {
        var z = (ulong)BitConverter.DoubleToInt64Bits(seed) + 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
