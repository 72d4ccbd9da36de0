using System.Text.Json;
using System.Text.RegularExpressions;

namespace Flow.Conformance.Judging;

/// <summary>Compares JSON with an expectation that may hold the wildcards of FORMAT.md.</summary>
internal static class Wildcards
{
    private const string AnyText = "~any";
    private const string RegexMark = "~re:";

    /// <summary>The differences; none when the value is as expected.</summary>
    public static IEnumerable<string> Compare(JsonElement expected, JsonElement actual, string path = "")
    {
        if (expected.ValueKind == JsonValueKind.String && expected.GetString() is { } text)
        {
            if (text == AnyText)
                return actual.ValueKind == JsonValueKind.Undefined ? Differ(expected, actual, path) : [];
            if (text.StartsWith(RegexMark, StringComparison.Ordinal))
                return Fits(text[RegexMark.Length..], actual) ? [] : [$"{path}: {Show(actual)} does not fit {text}"];
        }

        if (actual.ValueKind == JsonValueKind.Undefined)
            return Differ(expected, actual, path);

        return expected.ValueKind switch
        {
            JsonValueKind.Object when expected.EnumerateObject().Count() == 1 && expected.TryGetProperty("$jsonText", out var inner) => CompareText(inner, actual, path),
            JsonValueKind.Object => CompareObjects(expected, actual, path),
            JsonValueKind.Array => CompareArrays(expected, actual, path),
            JsonValueKind.Number when actual.ValueKind == JsonValueKind.Number => expected.GetDouble().Equals(actual.GetDouble()) ? [] : Differ(expected, actual, path),
            _ => JsonElement.DeepEquals(expected, actual) ? [] : Differ(expected, actual, path),
        };
    }

    private static string[] Differ(JsonElement expected, JsonElement actual, string path) => [$"{path}: {Show(actual)} instead of {Show(expected)}"];

    private static bool Fits(string pattern, JsonElement actual) =>
        actual.ValueKind == JsonValueKind.String
        && Regex.IsMatch(actual.GetString()!, $@"\A(?:{pattern})\z", RegexOptions.Singleline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));

    private static IEnumerable<string> CompareText(JsonElement expected, JsonElement actual, string path)
    {
        if (actual.ValueKind != JsonValueKind.String)
            return [$"{path}: {Show(actual)} is no text"];
        try
        {
            return Compare(expected, JsonElement.Parse(actual.GetString()!), path);
        }
        catch (JsonException)
        {
            return [$"{path}: {Show(actual)} is no JSON text"];
        }
    }

    private static IEnumerable<string> CompareObjects(JsonElement expected, JsonElement actual, string path)
    {
        if (actual.ValueKind != JsonValueKind.Object)
            return Differ(expected, actual, path);

        var differences = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in expected.EnumerateObject())
        {
            var optional = member.Name.StartsWith('?') && !expected.TryGetProperty(member.Name[1..], out _);
            var name = optional ? member.Name[1..] : member.Name;
            names.Add(name);
            if (actual.TryGetProperty(name, out var value))
                differences.AddRange(Compare(member.Value, value, $"{path}/{name}"));
            else if (!optional)
                differences.Add($"{path}/{name}: missing");
        }

        differences.AddRange(actual.EnumerateObject().Where(m => !names.Contains(m.Name)).Select(m => $"{path}/{m.Name}: not expected"));
        return differences;
    }

    private static IEnumerable<string> CompareArrays(JsonElement expected, JsonElement actual, string path) =>
        actual.ValueKind == JsonValueKind.Array && actual.GetArrayLength() == expected.GetArrayLength()
            ? expected.EnumerateArray().Zip(actual.EnumerateArray()).Index().SelectMany(pair => Compare(pair.Item.First, pair.Item.Second, $"{path}/{pair.Index}"))
            : Differ(expected, actual, path);

    private static string Show(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? "nothing" : value.GetRawText() is { Length: > 300 } raw ? raw[..300] + "…" : value.GetRawText();
}
