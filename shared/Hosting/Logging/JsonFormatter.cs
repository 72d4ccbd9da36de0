using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Flow.Hosting.Logging;

/// <summary>One JSON object a line: time, level, service, version, category, message, trace and span id, the template's values, scopes, exception.</summary>
internal sealed class JsonFormatter(ServiceIdentity identity, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "flow-json";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (FlowConsole.IsToldByProgram(logEntry.Category, logEntry.EventId.Id, logEntry.Exception))
            return;
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("level", logEntry.LogLevel.ToString());
            json.WriteString("service", identity.Name);
            json.WriteString("version", identity.Version);
            json.WriteString("category", logEntry.Category);
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (Activity.Current is { } activity)
            {
                json.WriteString("traceId", activity.TraceId.ToHexString());
                json.WriteString("spanId", activity.SpanId.ToHexString());
            }

            if (logEntry.Exception is { } exception)
                json.WriteString("exception", exception.ToString());
            WriteFields(json, logEntry.State, scopeProvider);
            json.WriteEndObject();
        }

        textWriter.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        textWriter.Write('\n');
    }

    private static void WriteFields<TState>(Utf8JsonWriter json, TState state, IExternalScopeProvider? scopes)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        scopes?.ForEachScope(static (scope, fields) => Add(scope, fields), fields);
        Add(state, fields);
        if (fields.Count == 0)
            return;
        json.WriteStartObject("fields");
        foreach (var (name, value) in fields)
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void Add(object? source, Dictionary<string, string?> fields)
    {
        if (source is not IEnumerable<KeyValuePair<string, object?>> pairs)
            return;
        foreach (var (name, value) in pairs)
        {
            if (name != "{OriginalFormat}")
                fields[name] = Convert.ToString(value, CultureInfo.InvariantCulture);
        }
    }
}
