using Flow.Jsonata.Pictures;
using Flow.Jsonata.Values;
using static Flow.Jsonata.Functions.Library;

namespace Flow.Jsonata.Functions;

/// <summary>Functions of moments.</summary>
internal static class TimeFunctions
{
    private const double MostMillis = 8.64e15;

    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        Declare("now", "<s?s?:s>", call => Picture(call, 0).Format(call.Evaluator.Environment.Now.ToUnixTimeMilliseconds(), call[1] as string)),
        Declare("millis", "<:n>", call => Numbers.Box(call.Evaluator.Environment.Now.ToUnixTimeMilliseconds())),
        Of("fromMillis", "<n-s?s?:s>", call => Math.Abs(call.Number(0)) <= MostMillis
            ? Picture(call, 1).Format((long)call.Number(0), call[2] as string)
            : throw new JsonataException("D1001", $"{ValueText.Shown(call[0])} milliseconds since 1970 are out of range.")),
        Of("toMillis", "<s-s?:n>", call => Picture(call, 1).Parse(call.Text(0), call.Evaluator.Environment.Now) is { } millis ? Numbers.Box(millis) : null),
    ];

    private static DateTimePicture Picture(Invocation call, int index) => call.Has(index) ? call.Evaluator.Parsed(call.Text(index), DateTimePicture.Read) : DateTimePicture.Iso8601;
}
