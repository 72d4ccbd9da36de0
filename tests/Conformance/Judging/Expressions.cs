using System.Text.Json;
using System.Text.RegularExpressions;
using Flow.Jsonata;

namespace Flow.Conformance.Judging;

/// <summary>Evaluates an expression of the JSONata suite and compares the value, or the code of the error.</summary>
internal static class Expressions
{
    private static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    /// <summary>Ranges of ten million items are among the cases.</summary>
    private static readonly JsonataLimits Wide = new(200_000_000, 2_000, 4L * 1024 * 1024 * 1024);

    public static IEnumerable<string> Judge(JsonElement body)
    {
        try
        {
            var result = JsonataExpression.Parse(Text(body.GetProperty("expr"))).Evaluate(Environment(body));
            return Outcome(body, result);
        }
        catch (JsonataException e)
        {
            if (body.TryGetProperty("error", out _))
                return [];
            return !body.TryGetProperty("code", out var code) ? [$"failed with {e.Code}: {e.Message}"]
                : code.GetString() != e.Code ? [$"failed with {e.Code} instead of {code}: {e.Message}"]
                : body.TryGetProperty("token", out var token) && token.GetString() != e.Token ? [$"token {e.Token} instead of {token}"]
                : [];
        }
    }

    private static IEnumerable<string> Outcome(JsonElement body, JsonataResult result)
    {
        if (!body.TryGetProperty("result", out var expected))
        {
            return body.TryGetProperty("undefinedResult", out _)
                ? result.Kind == JsonataResultKind.Value ? [$"{result.Value.GetRawText()} instead of nothing"] : []
                : [$"{result.Kind} {result.Value} instead of an error"];
        }

        if (result.Kind != JsonataResultKind.Value)
            return [$"{result.Kind} instead of {expected.GetRawText()}"];
        return body.TryGetProperty("unordered", out _) && expected.ValueKind == JsonValueKind.Array
            ? Unordered(expected, result.Value)
            : Wildcards.Compare(expected, result.Value, "result");
    }

    private static IEnumerable<string> Unordered(JsonElement expected, JsonElement actual)
    {
        List<JsonElement> left = actual.ValueKind == JsonValueKind.Array ? [.. actual.EnumerateArray()] : [actual];
        foreach (var item in expected.EnumerateArray())
        {
            var found = left.FindIndex(l => !Wildcards.Compare(item, l).Any());
            if (found < 0)
                yield return $"no {item.GetRawText()} in {actual.GetRawText()}";
            else
                left.RemoveAt(found);
        }

        if (left.Count > 0)
            yield return $"{left.Count} more than expected in {actual.GetRawText()}";
    }

    private static JsonataEnvironment Environment(JsonElement body) => new()
    {
        Input = body.TryGetProperty("data", out var data) ? data : default,
        Variable = name => body.TryGetProperty("bindings", out var bindings) && bindings.TryGetProperty(name, out var value) ? JsonataValue.Of(value) : null,
        Now = Now,
        NextBits = new Bits().Next,
        Limits = body.TryGetProperty("depth", out var depth) ? Wide with { MaxDepth = depth.GetInt32() } : Wide,
    };

    /// <summary>The text of a JSON string, halves of surrogate pairs included.</summary>
    private static string Text(JsonElement element) => Regex.Unescape(element.GetRawText()[1..^1]);

    private sealed class Bits
    {
        private readonly Random _random = new(1);

        public ulong Next() => (ulong)_random.NextInt64(long.MinValue, long.MaxValue);
    }
}
