using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Flow.StatesLanguage.Expressions;

/// <summary>Builds new JSON values, written and parsed once; and copies values as they are written, number for number and escape for escape.</summary>
internal static class JsonBuffer
{
    /// <summary>Deepest nesting of a value made by an expression. A message that carries it adds levels of its own, and 64 is what readers of JSON take by default.</summary>
    public const int MaximumDepth = 56;

    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = MaximumDepth };
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonElement True = JsonElement.Parse("true"u8);
    private static readonly JsonElement False = JsonElement.Parse("false"u8);

    [ThreadStatic]
    private static Workspace? s_idle;

    /// <summary>The value that the given action writes.</summary>
    /// <exception cref="EvaluationException">States.Runtime: it is nested deeper than <see cref="MaximumDepth"/>.</exception>
    public static JsonElement Write(Action<Utf8JsonWriter> write) => Write(write, static (writer, write) => write(writer));

    /// <summary>The value that the given action writes; the state is handed to it.</summary>
    /// <inheritdoc cref="Write(Action{Utf8JsonWriter})"/>
    public static JsonElement Write<T>(T state, Action<Utf8JsonWriter, T> write)
    {
        // One workspace a thread; a value that is built while another is gets its own.
        var workspace = s_idle ?? new Workspace();
        s_idle = null;
        try
        {
            write(workspace.Writer, state);
            workspace.Writer.Flush();
            return Parse(workspace.Buffer.WrittenSpan);
        }
        catch (InvalidOperationException)
        {
            // JSON may hold half of a surrogate pair, which no string can.
            throw new EvaluationException(ErrorNames.Runtime, "The value contains a text that is not valid Unicode (half of a surrogate pair).");
        }
        finally
        {
            workspace.Clear();
            s_idle = workspace;
        }
    }

    /// <summary>A string.</summary>
    public static JsonElement Text(string text) => Write(text, static (writer, text) => writer.WriteStringValue(text));

    /// <summary>A number.</summary>
    public static JsonElement Number(long number) => Write(number, static (writer, number) => writer.WriteNumberValue(number));

    /// <summary>A flag.</summary>
    public static JsonElement Flag(bool flag) => flag ? True : False;

    /// <summary>An array of values that exist already.</summary>
    public static JsonElement Array(IEnumerable<JsonElement> items) => Write(items, static (writer, items) => writer.WriteItems(items));

    /// <summary>Writes a value as it stands.</summary>
    public static void WriteVerbatim(this Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);

    /// <summary>Writes an array of values as they stand.</summary>
    public static void WriteItems(this Utf8JsonWriter writer, IEnumerable<JsonElement> items)
    {
        writer.WriteStartArray();
        foreach (var item in items)
            writer.WriteVerbatim(item);
        writer.WriteEndArray();
    }

    private static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonElement.Parse(json, DocumentOptions);
        }
        catch (JsonException)
        {
            throw new EvaluationException(ErrorNames.Runtime, $"The value would be nested deeper than {MaximumDepth} levels.");
        }
    }

    private sealed class Workspace
    {
        private const int LargestKept = 1 << 20;

        public Workspace() => Writer = new(Buffer, WriterOptions);

        public ArrayBufferWriter<byte> Buffer { get; private set; } = new();

        public Utf8JsonWriter Writer { get; }

        public void Clear()
        {
            if (Buffer.Capacity > LargestKept)
                Buffer = new();
            else
                Buffer.ResetWrittenCount();
            Writer.Reset(Buffer);
        }
    }
}
