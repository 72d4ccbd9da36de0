using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Definitions;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;

namespace Flow.Orchestrator.Intake;

/// <summary>A start that was looked at: good, or refused with the reason.</summary>
internal sealed record StartVerdict(BeginRun? Begin, RunRejected? Rejected);

/// <summary>Looks at a start before anything is stored: from the bus or over HTTP, the rules are the same.</summary>
internal sealed class StartRequests(OrchestratorDbContext db, PayloadStore payloads, TimeProvider time)
{
    private const int MaxTextLength = 200;
    private const int MaxTags = 32;

    /// <param name="request">What is asked for.</param>
    /// <param name="messageId">Identity of the message, for a run that brings no identity of its own.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    public async Task<StartVerdict> LookAtAsync(StartRun request, Guid messageId, CancellationToken cancellationToken)
    {
        var runId = request.RunId ?? Derive(request, messageId);
        if (Fault(request) is var (reason, message))
            return Refuse(reason, message);
        var version = await WorkflowCatalog.FindAsync(db, request.Workflow, request.Version, cancellationToken);
        if (version is not null)
            return new(Fit(new BeginRun { RunId = runId, Request = request, Version = version.Version, RequestHash = Hash(request) }), null);
        var newest = request.Version is null ? null : await WorkflowCatalog.FindAsync(db, request.Workflow, null, cancellationToken);
        return newest is null
            ? Refuse("unknown-workflow", $"No workflow is registered as '{request.Workflow}'. Register it (flow workflows register FILE --name {request.Workflow}) or correct the name.")
            : Refuse("unknown-version", $"Workflow '{request.Workflow}' has no version {request.Version}; its newest is {newest.Version}.");

        StartVerdict Refuse(string why, string text) => new(null, new RunRejected
        {
            RunId = runId,
            Workflow = Clip(request.Workflow),
            IdempotencyKey = Clip(request.IdempotencyKey),
            Reason = why,
            Message = text,
            Timestamp = time.GetUtcNow(),
        });
    }

    /// <summary>An input that is too large for the message is stored, with whatever else the transaction of the start writes.</summary>
    private BeginRun Fit(BeginRun begin) => payloads.Limits.Holds(begin, begin.Request.Input)
        ? begin
        : begin with { Request = begin.Request with { Input = default }, InputReference = payloads.Add(begin.RunId, begin.RunId, begin.RunId, begin.Request.Input) };

    private (string Reason, string Message)? Fault(StartRun request)
    {
        if (string.IsNullOrWhiteSpace(request.Workflow))
            return Invalid("workflow is missing: give the name of a registered workflow.");
        if (Jobs.HandlerOf(request.Workflow) is { } handler && Jobs.FaultOfHandler(handler) is { } unnamed)
            return Invalid($"workflow '{Clip(request.Workflow)}' is no job: {Clip(unnamed)}");
        if (Jobs.HandlerOf(request.Workflow) is not null && request.Version is { } version && !Jobs.HasVersion(version))
            return Invalid($"version is {version}; of a job it is 1, or one more than the attempts asked for, which are 1 to {Jobs.MaxAttempts}.");
        if (payloads.Limits.Fault("input", request.Input) is { } tooLarge)
            return ("payload-too-large", tooLarge);
        if (request.Input.ValueKind != JsonValueKind.Undefined && !Interpreter.Accepts(request.Input))
            return Invalid("input holds half of a surrogate pair (e.g. \"\\ud800\"), which is no text and cannot be stored.");
        if (request.Name?.Length > MaxTextLength)
            return Invalid($"name has {request.Name.Length} characters; at most {MaxTextLength} are taken.");
        if (request.IdempotencyKey?.Length > MaxTextLength)
            return Invalid($"idempotencyKey has {request.IdempotencyKey.Length} characters; at most {MaxTextLength} are taken.");
        if (request.Tags.Count > MaxTags)
            return Invalid($"tags has {request.Tags.Count} entries; at most {MaxTags} are taken.");
        if (request.Tags.FirstOrDefault(t => t.Key.Length > MaxTextLength || t.Value.Length > MaxTextLength) is { Key: { } tag })
            return Invalid($"tag '{Clip(tag)}' is too long: name and value have at most {MaxTextLength} characters each.");
        if (request.TimeoutSeconds is <= 0)
            return Invalid($"timeoutSeconds is {request.TimeoutSeconds}; it must be 1 or more.");
        if (request.Queue is not null && QueueNames.WorkQueueNameFault(request.Queue) is { } misnamed)
            return Invalid($"queue {misnamed}");
        return null;

        static (string, string) Invalid(string message) => ("invalid-request", message);
    }

    private static string? Clip(string? text) => text?.Length > MaxTextLength ? text[..MaxTextLength] : text;

    /// <summary>The same workflow and key are the same run; without a key the message itself is the intent.</summary>
    private static Guid Derive(StartRun request, Guid messageId) => request.IdempotencyKey is null
        ? messageId
        : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"flow-run\n{request.Workflow}\n{request.IdempotencyKey}")).AsSpan(0, 16), bigEndian: true);

    /// <summary>Only what makes another run of it counts: workflow, version and input.</summary>
    private static string Hash(StartRun request)
    {
        var input = request.Input.ValueKind == JsonValueKind.Undefined ? "{}" : JsonSerializer.Serialize(request.Input);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Workflow}\n{request.Version}\n{input}")));
    }
}
