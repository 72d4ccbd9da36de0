using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Flow.Contracts.Api;
using Flow.Orchestrator.Storage;

namespace Flow.Orchestrator.ChildRuns;

/// <summary>What a node gets to know of the run it started, in the shape of Step Functions' StartExecution and DescribeExecution.</summary>
internal static class ChildRunReport
{
    private const string JobWithJson = ".sync:2";

    /// <summary>Most of an error text that is told, so that the report always fits in a message.</summary>
    private const int LongestCause = 32_768;

    public static JsonElement Started(Guid runId, DateTimeOffset startedAt) => Write(writer =>
    {
        writer.WriteString("ExecutionArn", runId);
        writer.WriteNumber("StartDate", startedAt.ToUnixTimeMilliseconds());
    });

    /// <summary>The run at its end. Input and Output are JSON with <c>.sync:2</c>, texts of JSON with <c>.sync</c>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="resource">The Resource of the node that waits for it.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="now">When.</param>
    /// <param name="withInput">Whether the input is told; it may be too much for a message.</param>
    public static JsonElement Ended(Run run, string resource, RunStatus status, DateTimeOffset now, bool withInput = true) => Write(writer =>
    {
        writer.WriteString("ExecutionArn", run.CorrelationId);
        if (withInput)
            WriteJson(writer, "Input", run.Input, resource);
        writer.WriteString("Name", run.Name ?? run.CorrelationId.ToString());
        if (run.Output is not null)
            WriteJson(writer, "Output", run.Output, resource);
        if (run.Error is not null)
            writer.WriteString("Error", run.Error);
        if (run.Cause is not null)
            writer.WriteString("Cause", run.Cause.Length <= LongestCause ? run.Cause : run.Cause[..LongestCause]);
        writer.WriteNumber("StartDate", run.StartedAt.ToUnixTimeMilliseconds());
        writer.WriteString("StateMachineArn", run.Workflow);
        writer.WriteString("Status", StatusText(status));
        writer.WriteNumber("StopDate", now.ToUnixTimeMilliseconds());
    });

    private static string StatusText(RunStatus status) => status switch
    {
        RunStatus.Succeeded => "SUCCEEDED",
        RunStatus.Failed => "FAILED",
        RunStatus.TimedOut => "TIMED_OUT",
        RunStatus.Cancelled => "ABORTED",
        _ => throw new UnreachableException($"{status} is no end."),
    };

    private static void WriteJson(Utf8JsonWriter writer, string name, string json, string resource)
    {
        if (resource.EndsWith(JobWithJson, StringComparison.Ordinal))
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(json, skipInputValidation: true);
        }
        else
        {
            writer.WriteString(name, json);
        }

        writer.WriteStartObject(name + "Details");
        writer.WriteBoolean("Included", true);
        writer.WriteEndObject();
    }

    private static JsonElement Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
