using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Flow.Contracts;

namespace Flow.Worker.Policies;

/// <summary>Where the key of an item stands in its input: names and indexes, one after the other.</summary>
internal static partial class RateKeyPath
{
    private const string StepGroup = "step";

    /// <summary>What is wrong with a path, for people; null: nothing.</summary>
    public static string? Fault(string path) => Form().IsMatch(path) ? null : $"'{path}' is no path to one value: write it like $.customer, $.order['customer id'] or $.accounts[0].";

    /// <summary>Reads the text at a path. A number, true, false, an object or an array is its JSON; what is not there is null.</summary>
    public static Func<NodeWorkItem, string?> Reader(string path)
    {
        var steps = Form().Match(path).Groups[StepGroup].Captures.Select(capture => capture.Value).ToList();
        return item => Text(steps.Aggregate(item.Input, Next));
    }

    private static JsonElement Next(JsonElement at, string step)
    {
        if (step[0] == '[' && step[1] != '\'')
        {
            var index = int.Parse(step[1..^1], CultureInfo.InvariantCulture);
            return at.ValueKind == JsonValueKind.Array && index < at.GetArrayLength() ? at[index] : default;
        }

        return at.ValueKind == JsonValueKind.Object && at.TryGetProperty(step[0] == '.' ? step[1..] : step[2..^2], out var value) ? value : default;
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    [GeneratedRegex(@"^\$(?<step>\.[\w-]+|\['[^']+'\]|\[\d{1,6}\])+\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Form();
}
