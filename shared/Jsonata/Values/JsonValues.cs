using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Flow.Jsonata.Evaluation;
using Flow.Jsonata.Functions;

namespace Flow.Jsonata.Values;

/// <summary>Values from JSON and back.</summary>
internal static class JsonValues
{
    private const int MaxDepth = 1_000;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = MaxDepth };

    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = MaxDepth };

    private static readonly JsonElement True = JsonElement.Parse("true");

    private static readonly JsonElement False = JsonElement.Parse("false");

    /// <summary>The value of a JSON element; null when it is undefined.</summary>
    public static object? Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return new ObjectValue(element);
            case JsonValueKind.Array:
                return new ArrayValue(element);
            case JsonValueKind.String:
                return TextOf(element);
            case JsonValueKind.Number:
                return Numbers.Box(element.GetDouble());
            case JsonValueKind.True or JsonValueKind.False:
                return element.GetBoolean();
            case JsonValueKind.Null:
                return JsonNull.Value;
            default:
                return null;
        }
    }

    /// <summary>The name of a member.</summary>
    /// <exception cref="JsonataException">D3140: it is not valid Unicode.</exception>
    public static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw Unreadable();
        }
    }

    /// <summary>The JSON of a value that is neither nothing nor a function. What comes from the input as it stands is not copied.</summary>
    /// <exception cref="JsonataException">It holds what JSON cannot: half of a surrogate pair, or too many levels.</exception>
    public static JsonElement Write(object value, Budget budget)
    {
        var source = (value as ObjectValue)?.Source ?? (value as ArrayValue)?.Source;
        if (source is { } whole && JsonMarshal.GetRawUtf8Value(whole).IndexOf("\\u"u8) < 0)
            return whole;
        if (value is bool flag)
            return flag ? True : False;

        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        try
        {
            Write(writer, value, budget);
            writer.Flush();
            return JsonElement.Parse(buffer.WrittenSpan, DocumentOptions);
        }
        catch (JsonException)
        {
            throw new JsonataException("U1001", $"The result is nested deeper than {MaxDepth} levels.");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw Unreadable();
        }
    }

    public static JsonataException Unreadable() => new("D3140", "A text holds half of a surrogate pair: it is not valid Unicode.");

    private static string TextOf(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Unreadable();
        }
    }

    private static void Write(Utf8JsonWriter writer, object? value, Budget budget)
    {
        budget.Charge(8);
        switch (value)
        {
            case string text:
                budget.Charge(text.Length);
                writer.WriteStringValue(text);
                break;
            case double number:
                writer.WriteRawValue(NumberText.Exact(number), skipInputValidation: true);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case ArrayValue { Source: { } source }:
                WriteVerbatim(writer, source, budget);
                break;
            case ArrayValue array:
                budget.Descend();
                writer.WriteStartArray();
                foreach (var item in array.Items)
                    Write(writer, item, budget);
                writer.WriteEndArray();
                budget.Ascend();
                break;
            case ObjectValue { Source: { } source }:
                WriteVerbatim(writer, source, budget);
                break;
            case ObjectValue made:
                budget.Descend();
                WriteMembers(writer, made, budget);
                budget.Ascend();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static void WriteVerbatim(Utf8JsonWriter writer, JsonElement source, Budget budget)
    {
        budget.Charge(JsonMarshal.GetRawUtf8Value(source).Length);
        source.WriteTo(writer);
    }

    private static void WriteMembers(Utf8JsonWriter writer, ObjectValue made, Budget budget)
    {
        writer.WriteStartObject();
        foreach (var (name, member) in made.Members)
        {
            if (member is null or Function)
                continue;
            budget.Charge(name.Length);
            writer.WritePropertyName(name);
            Write(writer, member, budget);
        }

        writer.WriteEndObject();
    }
}
