using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Flow.Yaml;

/// <summary>Writes nodes as JSON. Here aliases are expanded, so here the size and the depth are bounded.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static string Write(YamlNode root)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Options);
        Write(writer, root, 1);
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node, int depth)
    {
        if (depth > YamlText.MaxDepth)
            throw new YamlTextException(node.Start, $"With its aliases expanded the value is nested deeper than {YamlText.MaxDepth} levels.");
        if (writer.BytesCommitted + writer.BytesPending > YamlText.MaxJsonBytes)
            throw new YamlTextException(node.Start, $"With its aliases expanded the text exceeds {YamlText.MaxJsonBytes} bytes.");

        switch (node)
        {
            case YamlNode.Scalar { IsString: true } text:
                writer.WriteStringValue(text.Text);
                break;
            case YamlNode.Scalar typed:
                writer.WriteRawValue(typed.Text, skipInputValidation: true);
                break;
            case YamlNode.Sequence sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items)
                    Write(writer, item, depth + 1);
                writer.WriteEndArray();
                break;
            case YamlNode.Mapping mapping:
                writer.WriteStartObject();
                foreach (var (key, value) in mapping.Entries)
                {
                    writer.WritePropertyName(key);
                    Write(writer, value, depth + 1);
                }

                writer.WriteEndObject();
                break;
        }
    }
}
