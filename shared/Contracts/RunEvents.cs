using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.Contracts;

/// <summary>One thing that happened in a run, in the terms of Step Functions' execution history.</summary>
public sealed record HistoryEvent
{
    /// <summary>What happened: <c>ExecutionStarted</c>, <c>TaskStateEntered</c>, <c>TaskScheduled</c>, <c>TaskSucceeded</c>, … .</summary>
    public required string Type { get; init; }

    /// <summary>The node, where one is concerned.</summary>
    public string? Node { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Input, of entering and scheduling events.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Output, of leaving and succeeding events.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>Error name, of failing events.</summary>
    public string? Error { get; init; }

    /// <summary>Cause, of failing events.</summary>
    public string? Cause { get; init; }

    /// <summary>Resource, of scheduling events.</summary>
    public string? Resource { get; init; }

    /// <summary>Token of the attempt, of task events.</summary>
    public Guid? Token { get; init; }

    /// <summary>Attempt at the node from 1, of task events.</summary>
    public int? Attempt { get; init; }

    /// <summary>Index of the iteration or branch, from 0, of Map and Parallel events.</summary>
    public int? Index { get; init; }

    /// <summary>Number of items, of <c>MapStateStarted</c>.</summary>
    public int? Length { get; init; }

    /// <summary>Variables assigned, of leaving events: a JSON object.</summary>
    public JsonElement? Assigned { get; init; }

    /// <summary>The field whose evaluation failed, of <c>EvaluationFailed</c>.</summary>
    public string? Location { get; init; }
}

/// <summary>
/// A committed transition. From the orchestrator to whoever listens (the monitor). At least once. Events of one scope carry gapless,
/// increasing sequences; a consumer that has seen (ScopeId, Sequence) may drop a repeat.
/// </summary>
public sealed record RunAdvanced
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The scope that moved.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>Name of the workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>Number of this transition within its scope, from 1, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>What happened in it, in order. Inputs, outputs and variables are left out here; the history of the run has them.</summary>
    public required IReadOnlyList<HistoryEvent> Events { get; init; }

    /// <summary>How many events from the middle are left out because all do not fit in a message; those of attempts are never. The history of the run has them.</summary>
    public int EventsLeftOut { get; init; }
}

/// <summary>What every run-level event says about its run.</summary>
public abstract record RunEvent
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Name of the workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>Version of the workflow.</summary>
    public required int Version { get; init; }

    /// <summary>The run's name, if it was given one.</summary>
    public string? Name { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The batch the run belongs to, if any.</summary>
    public BatchMembership? Batch { get; init; }
}

/// <summary>A run was accepted and has begun. From the orchestrator to all. At least once.</summary>
public sealed record RunStarted : RunEvent
{
    /// <summary>What caused it.</summary>
    public Trigger Trigger { get; init; }

    /// <summary>The run's labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A run ended well. From the orchestrator to all. At least once.</summary>
public sealed record RunSucceeded : RunEvent
{
    /// <summary>When it had started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Output of the run; left out where it does not fit in a message (<see cref="OutputBytes"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Output { get; init; }

    /// <summary>Bytes of the output where it is left out: <c>GET /v1/runs/{runId}</c> has it. Null: <see cref="Output"/> is the output.</summary>
    public int? OutputBytes { get; init; }
}

/// <summary>A run ended with an error nobody caught. From the orchestrator to all. At least once.</summary>
public sealed record RunFailed : RunEvent
{
    /// <summary>When it had started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Error name.</summary>
    public string? Error { get; init; }

    /// <summary>What happened, for people.</summary>
    public string? Cause { get; init; }

    /// <summary>The node that failed.</summary>
    public string? Node { get; init; }
}

/// <summary>A run was cancelled; workers drop its queued items and cancel the handlers in flight. From the orchestrator to all. At least once.</summary>
public sealed record RunCancelled : RunEvent
{
    /// <summary>When it had started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}

/// <summary>A run's own time limit passed. From the orchestrator to all. At least once.</summary>
public sealed record RunTimedOut : RunEvent
{
    /// <summary>When it had started.</summary>
    public required DateTimeOffset StartedAt { get; init; }
}

/// <summary>A run starts nothing new until it is resumed. From the orchestrator to all. At least once.</summary>
public sealed record RunPaused : RunEvent
{
    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}

/// <summary>A paused run goes on. From the orchestrator to all. At least once.</summary>
public sealed record RunResumed : RunEvent;

/// <summary>A run that had not ended well goes on. From the orchestrator to all. At least once.</summary>
public sealed record RunRedriven : RunEvent
{
    /// <summary>Which redrive of the run it is, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The node it goes on at; null: it had not begun.</summary>
    public string? FromNode { get; init; }

    /// <summary>Who asked, if it was said.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>A start or a redrive was refused; nothing was stored. From the orchestrator to all. At least once.</summary>
public sealed record RunRejected
{
    /// <summary>The run; of a start: the identity it would have had, if one was given or could be derived.</summary>
    public Guid? RunId { get; init; }

    /// <summary>The workflow asked for, if the body named one.</summary>
    public string? Workflow { get; init; }

    /// <summary>
    /// Stable reason: <c>unknown-workflow</c>, <c>unknown-version</c>, <c>invalid-request</c>, <c>payload-too-large</c>, <c>idempotency-conflict</c>; of a redrive also
    /// <c>not-redrivable</c>, <c>unknown-node</c>, <c>input-missing</c>.
    /// </summary>
    public required string Reason { get; init; }

    /// <summary>What is wrong and how to mend it.</summary>
    public required string Message { get; init; }

    /// <summary>Idempotency key of the request, if any.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>When it was refused.</summary>
    public required DateTimeOffset Timestamp { get; init; }
}

/// <summary>
/// Nobody will retry this attempt by itself any more: its retries are spent and nothing caught its error. From the orchestrator to the monitor. At least once.
/// </summary>
public sealed record NodeDeadLettered
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The scope.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>Name of the workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>Version of the workflow.</summary>
    public required int Version { get; init; }

    /// <summary>Name of the node.</summary>
    public required string Node { get; init; }

    /// <summary>The node's Resource.</summary>
    public required string Resource { get; init; }

    /// <summary>The last attempt.</summary>
    public required Guid Token { get; init; }

    /// <summary>How many attempts were made.</summary>
    public required int Attempts { get; init; }

    /// <summary>Input of the last attempt; left out where it does not fit in a message (<see cref="InputBytes"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Input { get; init; }

    /// <summary>Bytes of the input where it is left out: the history of the run has it. Null: <see cref="Input"/> is the input.</summary>
    public int? InputBytes { get; init; }

    /// <summary>Error name of the last attempt.</summary>
    public string? Error { get; init; }

    /// <summary>Cause of the last attempt.</summary>
    public string? Cause { get; init; }

    /// <summary>When the last attempt failed.</summary>
    public required DateTimeOffset Timestamp { get; init; }
}
