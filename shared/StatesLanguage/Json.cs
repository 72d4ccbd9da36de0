using System.Runtime.InteropServices;
using System.Text.Json;
using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage;

/// <summary>Small values and measures of JSON.</summary>
internal static class Json
{
    public static readonly JsonElement EmptyObject = JsonElement.Parse("{}");

    public static readonly JsonElement EmptyArray = JsonElement.Parse("[]");

    public static readonly JsonElement Null = JsonElement.Parse("null");

    /// <summary>The object with the members of another put in, replacing those of the same name.</summary>
    public static JsonElement Merge(JsonElement target, JsonElement members)
    {
        if (target.ValueKind != JsonValueKind.Object)
            return members;

        return JsonBuffer.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var member in target.EnumerateObject().Where(m => !members.TryGetProperty(m.Name, out _)))
                Write(writer, member);
            foreach (var member in members.EnumerateObject())
                Write(writer, member);
            writer.WriteEndObject();
        });
    }

    /// <summary>The members of an object with these names; an empty object when it has none of them, or is none.</summary>
    public static JsonElement Pick(JsonElement source, IReadOnlyCollection<string> names)
    {
        if (source.ValueKind != JsonValueKind.Object || names.Count == 0)
            return EmptyObject;

        return JsonBuffer.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var member in source.EnumerateObject().Where(m => names.Contains(m.Name)))
                Write(writer, member);
            writer.WriteEndObject();
        });
    }

    /// <summary>Whether the value, written without whitespace as UTF-8, is longer than so many bytes.</summary>
    public static bool IsLongerThan(JsonElement value, int bytes) =>
        value.ValueKind != JsonValueKind.Undefined
        && JsonMarshal.GetRawUtf8Value(value).Length > bytes
        && JsonMarshal.GetRawUtf8Value(JsonBuffer.Write(value.WriteTo)).Length > bytes;

    /// <summary>Whether values are nested in it deeper than so many levels.</summary>
    public static bool IsDeeperThan(JsonElement value, int levels) => value.ValueKind switch
    {
        JsonValueKind.Object => levels == 0 || value.EnumerateObject().Any(m => IsDeeperThan(m.Value, levels - 1)),
        JsonValueKind.Array => levels == 0 || value.EnumerateArray().Any(item => IsDeeperThan(item, levels - 1)),
        _ => false,
    };

    /// <summary>Whether all texts in the value are valid Unicode: JSON may hold half of a surrogate pair, which no string, message or database can.</summary>
    public static bool IsReadable(JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (raw.IndexOf("\\ud"u8) < 0 && raw.IndexOf("\\uD"u8) < 0)
            return true;

        try
        {
            JsonText.Compact(value);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>One step of a JSON pointer.</summary>
    public static string Step(string pointer, string name) =>
        pointer + "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>One step of a JSON pointer.</summary>
    public static string Step(string pointer, int index) => $"{pointer}/{index}";

    private static void Write(Utf8JsonWriter writer, JsonProperty member)
    {
        writer.WritePropertyName(member.Name);
        writer.WriteVerbatim(member.Value);
    }
}
