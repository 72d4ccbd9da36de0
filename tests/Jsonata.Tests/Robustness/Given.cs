using System.Runtime.ExceptionServices;
using System.Text.Json;

namespace Flow.Jsonata.Tests.Robustness;

/// <summary>Evaluations whose only outcomes are a value and a <see cref="JsonataException"/>.</summary>
internal static class Given
{
    /// <summary>Small, so that hostile expressions meet them soon.</summary>
    public static readonly JsonataLimits Limits = new(MaxSteps: 200_000, MaxDepth: 200, MaxBytes: 4 * 1024 * 1024);

    public static readonly JsonElement[] Inputs =
    [
        JsonElement.Parse("""{"a":[1,-2.5,"x",null,{"b":true,"a":[]}],"b":{"a":"2020-01-01T00:00:00Z","c":1e300,"d":[[1],[2,[3]]]},"":0,"c":"banana"}"""),
        JsonElement.Parse("""[{"a":1,"b":"x"},{"a":2,"b":"y"},{"a":2}]"""),
        JsonElement.Parse("\"\\ud83d\\ude00\""),
        JsonElement.Parse("""{"a":"\ud800","b":["\udc00x"]}"""),
        JsonElement.Parse("""{"\ud800":1,"a":{"\udc00":[1]},"c":2}"""),
        JsonElement.Parse("null"),
        default,
    ];

    /// <summary>The JSON of the value, "nothing", "function", or the code of the error.</summary>
    public static string Outcome(string text, JsonElement input = default, JsonataLimits? limits = null)
    {
        if (!JsonataExpression.TryParse(text, out var expression, out var error))
            return error.Code;

        var drawn = 0UL;
        try
        {
            var result = expression.Evaluate(new JsonataEnvironment
            {
                Input = input,
                Limits = limits ?? Limits,
                Now = new DateTimeOffset(2026, 11, 26, 17, 45, 30, 250, TimeSpan.Zero),
                NextBits = () => ++drawn * 0x9E3779B97F4A7C15,
                Variable = name => name == "v" ? JsonataValue.Of(JsonElement.Parse("""{"n":3,"list":[3,1,2]}""")) : null,
            });
            return result.Kind == JsonataResultKind.Value ? result.Value.GetRawText() : result.Kind.ToString();
        }
        catch (JsonataException exception)
        {
            return exception.Code;
        }
    }

    /// <summary>The same on a thread with the smallest stack that the engine promises to do with.</summary>
    public static string OutcomeOnSmallStack(string text, JsonElement input = default, JsonataLimits? limits = null)
    {
        const int stackBytes = 1024 * 1024;
        var outcome = "";
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    outcome = Outcome(text, input, limits);
                }
                catch (Exception exception)
                {
                    failure = ExceptionDispatchInfo.Capture(exception);
                }
            },
            stackBytes);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return outcome;
    }
}
