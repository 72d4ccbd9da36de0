using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Flow.Jsonata.Values;

/// <summary>Values from JSON and back.</summary>
internal static class JsonValues
{
    private const int MaxDepth = 1_000;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = MaxDepth };

    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = MaxDepth };

    /// <summary>The value of a JSON element; null when it is undefined.</summary>
    public static object? Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return new ObjectValue(element);
            case JsonValueKind.Array:
                var items = new List<object?>(element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                    items.Add(Read(item));
                return new ArrayValue(items);
            case JsonValueKind.String:
                return element.GetString();
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

    /// <summary>The JSON of a value that is neither nothing nor a function.</summary>
    /// <exception cref="JsonataException">It holds what JSON cannot: half of a surrogate pair, or more than 1,000 levels.</exception>
    public static JsonElement Write(object value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        try
        {
            Write(writer, value, 0);
            writer.Flush();
            return JsonElement.Parse(buffer.WrittenSpan, DocumentOptions);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new JsonataException("D3140", "The result holds half of a surrogate pair, which is no text.");
        }
    }

    private static void Write(Utf8JsonWriter writer, object? value, int depth)
    {
        if (depth >= MaxDepth)
            throw new JsonataException("U1001", $"The result is nested deeper than {MaxDepth} levels.");
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case double number:
                writer.WriteRawValue(NumberText.Exact(number), skipInputValidation: true);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case ArrayValue array:
                writer.WriteStartArray();
                foreach (var item in array.Items)
                    Write(writer, item, depth + 1);
                writer.WriteEndArray();
                break;
            case ObjectValue { Source: { } source }:
                source.WriteTo(writer);
                break;
            case ObjectValue made:
                writer.WriteStartObject();
                foreach (var (name, member) in made.Members.Where(m => m.Value is not (null or Functions.Function)))
                {
                    writer.WritePropertyName(name);
                    Write(writer, member, depth + 1);
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
