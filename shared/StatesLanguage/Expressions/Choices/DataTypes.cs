using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Choices;

/// <summary>The types of the language.</summary>
internal static class DataTypes
{
    public static bool IsNull(JsonElement value) => value.ValueKind == JsonValueKind.Null;

    public static bool IsString(JsonElement value) => value.ValueKind == JsonValueKind.String;

    public static bool IsNumeric(JsonElement value) => value.ValueKind == JsonValueKind.Number;

    public static bool IsBoolean(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False;

    public static bool IsTimestamp(JsonElement value) => TryTimestamp(value, out _);

    public static bool TryTimestamp(JsonElement value, out DateTimeOffset timestamp)
    {
        timestamp = default;
        return IsString(value) && Timestamps.TryParse(value.GetString()!, out timestamp);
    }
}
