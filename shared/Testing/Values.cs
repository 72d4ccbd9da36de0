using System.Text.Json;

namespace Flow.Testing;

/// <summary>Values that a test writes, as JSON.</summary>
internal static class Values
{
    public static JsonElement ToJson(object? value, JsonSerializerOptions options) => value switch
    {
        JsonElement { ValueKind: JsonValueKind.Undefined } => JsonElement.Parse("null"),
        JsonElement element => element,
        _ => JsonSerializer.SerializeToElement(value, options),
    };

    /// <summary>The first place where two values differ, as a JSON pointer; null when they are equal.</summary>
    public static string? FirstDifference(JsonElement expected, JsonElement actual, string pointer = "")
    {
        if (expected.ValueKind != actual.ValueKind)
            return pointer;

        return expected.ValueKind switch
        {
            JsonValueKind.Object => MemberDifference(expected, actual, pointer),
            JsonValueKind.Array when expected.GetArrayLength() == actual.GetArrayLength() => expected.EnumerateArray()
                .Zip(actual.EnumerateArray())
                .Index()
                .Select(pair => FirstDifference(pair.Item.First, pair.Item.Second, $"{pointer}/{pair.Index}"))
                .FirstOrDefault(found => found is not null),
            _ => JsonElement.DeepEquals(expected, actual) ? null : pointer,
        };
    }

    private static string? MemberDifference(JsonElement expected, JsonElement actual, string pointer)
    {
        foreach (var member in expected.EnumerateObject())
        {
            var place = $"{pointer}/{member.Name}";
            if (!actual.TryGetProperty(member.Name, out var found))
                return place;
            if (FirstDifference(member.Value, found, place) is { } difference)
                return difference;
        }

        return actual.EnumerateObject().Where(m => !expected.TryGetProperty(m.Name, out _)).Select(m => $"{pointer}/{m.Name}").FirstOrDefault();
    }
}
