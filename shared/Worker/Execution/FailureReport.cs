using System.Text.Json;
using Flow.Worker.Handlers;

namespace Flow.Worker.Execution;

/// <summary>Words a failure for the orchestrator and for people, within bounds.</summary>
internal sealed class FailureReport(FlowWorkerBuilder worker, WorkerIdentity identity)
{
    public const int MaxErrorLength = 256;
    public const int MaxCauseLength = 32_768;
    public const int MaxStackLength = 16_384;
    private const int MaxDetailsBytes = 65_536;

    public Outcome.Failed Of(Exception exception) => new(
        Cut(ErrorName(exception), MaxErrorLength),
        Cut(exception.Message, MaxCauseLength),
        JsonSerializer.SerializeToElement(
            new FailureDetails(exception.GetType().FullName, Cut(exception.ToString(), MaxStackLength), identity.WorkerId, identity.Host), WorkerJson.Default.FailureDetails));

    public Outcome.Failed Of(ITransition abort) => new(
        Cut(abort.Error!, MaxErrorLength),
        abort.Cause is { } cause ? Cut(cause, MaxCauseLength) : null,
        abort.Details is { } details ? Bounded(worker.Json.ToElement(details)) : null);

    /// <summary>The name that Retry and Catch match.</summary>
    public string ErrorName(Exception exception)
    {
        if (exception is InvalidInputException)
            return WorkerErrors.InvalidInput;
        if (exception is JournalException)
            return WorkerErrors.InvalidJournal;
        for (var type = exception.GetType(); type is not null; type = type.BaseType)
        {
            if (worker.Errors.TryGetValue(type, out var error))
                return error;
        }

        return exception.GetType().FullName!;
    }

    private static JsonElement Bounded(JsonElement details)
    {
        var length = details.GetRawText().Length;
        return length <= MaxDetailsBytes
            ? details
            : JsonSerializer.SerializeToElement($"Left out: {length} characters, the limit is {MaxDetailsBytes}.", WorkerJson.Default.String);
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "…");
}
