using System.Buffers;
using System.Text.Json;
using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Retention;

/// <summary>A run as one JSON document: its row, its branches and iterations, its history, its journal.</summary>
internal static class RunArchive
{
    public static string KeyOf(Run run) => $"runs/{run.EndedAt:yyyy'/'MM'/'dd}/{run.CorrelationId}.json";

    public static async Task<byte[]> WriteAsync(OrchestratorDbContext db, Run run, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(buffer, new() { Encoder = OrchestratorJson.Options.Encoder });
        writer.WriteStartObject();
        writer.WriteString("runId", run.CorrelationId);
        writer.WriteString("workflow", run.Workflow);
        writer.WriteNumber("version", run.WorkflowVersion);
        writer.WriteString("name", run.Name);
        writer.WriteString("startedAt", run.StartedAt);
        WriteRaw(writer, "input", run.Input);
        WriteRaw(writer, "tags", run.Tags);
        WriteEnd(writer, run);
        writer.WriteStartArray("scopes");
        await foreach (var scope in db.Scopes.AsNoTracking().Where(s => s.RunId == run.CorrelationId).OrderBy(s => s.CorrelationId).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            writer.WriteStartObject();
            writer.WriteString("scopeId", scope.CorrelationId);
            writer.WriteString("parentId", scope.ParentId);
            writer.WriteNumber("index", scope.Index);
            WriteEnd(writer, scope);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("history");
        await foreach (var row in db.History.AsNoTracking().Where(h => h.RunId == run.CorrelationId).OrderBy(h => h.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            writer.WriteStartObject();
            writer.WriteString("scopeId", row.ScopeId);
            writer.WriteNumber("sequence", row.Sequence);
            WriteRaw(writer, "events", row.Events);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        await WriteJournalAsync(writer, db, run, cancellationToken);
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
        return buffer.WrittenSpan.ToArray();
    }

    private static async Task WriteJournalAsync(Utf8JsonWriter writer, OrchestratorDbContext db, Run run, CancellationToken cancellationToken)
    {
        writer.WriteStartArray("journal");
        await foreach (var row in db.Journal.AsNoTracking().Where(j => j.RunId == run.CorrelationId).OrderBy(j => j.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", row.Id);
            writer.WriteString("scopeId", row.ScopeId);
            writer.WriteString("node", row.Node);
            writer.WriteString("token", row.Token);
            writer.WriteNumber("index", row.Index);
            writer.WriteString("kind", row.Kind);
            WriteRaw(writer, "value", row.Value);
            writer.WriteString("recordedAt", row.RecordedAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteEnd(Utf8JsonWriter writer, ScopeState state)
    {
        writer.WriteString("status", state.CurrentState);
        writer.WriteString("node", state.Node);
        if (state.EndedAt is { } endedAt)
            writer.WriteString("endedAt", endedAt);
        WriteRaw(writer, "output", state.Output ?? "null");
        writer.WriteString("error", state.Error);
        writer.WriteString("cause", state.Cause);
    }

    private static void WriteRaw(Utf8JsonWriter writer, string name, string json)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(json, skipInputValidation: true);
    }
}
