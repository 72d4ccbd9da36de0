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
        Declare("now", "<s?s?:s>", call => DateTimePicture.Format(call.Evaluator.Environment.Now.ToUnixTimeMilliseconds(), call[0] as string, call[1] as string)),
        Declare("millis", "<:n>", call => Numbers.Box(call.Evaluator.Environment.Now.ToUnixTimeMilliseconds())),
        Of("fromMillis", "<n-s?s?:s>", call => Math.Abs(call.Number(0)) <= MostMillis
            ? DateTimePicture.Format((long)call.Number(0), call[1] as string, call[2] as string)
            : throw new JsonataException("D1001", $"{ValueText.Shown(call[0])} milliseconds since 1970 are out of range.")),
        Of("toMillis", "<s-s?:n>", call => DateTimePicture.Parse(call.Text(0), call[1] as string, call.Evaluator.Environment.Now) is { } millis ? Numbers.Box(millis) : null),
    ];
}
