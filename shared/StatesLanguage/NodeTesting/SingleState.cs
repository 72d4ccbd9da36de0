using System.Text.Json;
using Flow.StatesLanguage.Reading;

namespace Flow.StatesLanguage.NodeTesting;

/// <summary>A state that is given alone: read as the one state of a machine in which the states it leads to exist.</summary>
internal static class SingleState
{
    /// <summary>What Step Functions calls a state without a name.</summary>
    public const string DefaultName = "StateName";

    /// <summary>Reads the text if it is a state and not a machine; null when it is none, or not JSON.</summary>
    public static DefinitionReading? Read(string text, string name)
    {
        if (Parse(text) is not { } state)
            return null;

        var pointer = Pointer(name);
        var reading = Definition.Read(Wrap(state, name));
        return reading with { Findings = [.. reading.Findings.Select(f => f with { Pointer = Inside(pointer, f.Pointer) })] };
    }

    public static string Pointer(string name) => Json.Step("/States", name);

    /// <summary>A pointer as seen from the state, if it leads into it.</summary>
    public static string Inside(string pointer, string place) => place.StartsWith(pointer, StringComparison.Ordinal) ? place[pointer.Length..] : place;

    private static JsonElement? Parse(string text)
    {
        try
        {
            var root = JsonElement.Parse(text, new JsonDocumentOptions { MaxDepth = DefinitionReader.MaxDepth });
            var isObject = root.ValueKind == JsonValueKind.Object && Json.IsReadable(root);
            return isObject && root.TryGetProperty("Type", out _) && !root.TryGetProperty("States", out _) ? root : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Wrap(JsonElement state, string name)
    {
        var stubs = Targets(state).Where(t => t != name).Distinct(StringComparer.Ordinal).Select(t => $$""",{{Quoted(t)}}:{"Type":"Succeed"}""");
        return $$$"""{"StartAt":{{{Quoted(name)}}},"States":{{{{Quoted(name)}}}:{{{state.GetRawText()}}}{{{string.Concat(stubs)}}}}}""";
    }

    private static string Quoted(string name) => $"\"{JsonEncodedText.Encode(name)}\"";

    private static IEnumerable<string> Targets(JsonElement state) =>
    [
        .. Text(state, "Next"),
        .. Text(state, "Default"),
        .. Entries(state, "Catch").SelectMany(entry => Text(entry, "Next")),
        .. Entries(state, "Choices").SelectMany(entry => Text(entry, "Next")),
    ];

    private static IEnumerable<JsonElement> Entries(JsonElement state, string field) =>
        state.TryGetProperty(field, out var entries) && entries.ValueKind == JsonValueKind.Array
            ? entries.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object)
            : [];

    private static IEnumerable<string> Text(JsonElement source, string field) =>
        source.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? [value.GetString()!] : [];
}
