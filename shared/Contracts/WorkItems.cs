using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.Contracts;

/// <summary>
/// One attempt at a Task node, sent by the orchestrator to the queue of its Resource (<see cref="QueueNames.ForWork(string, Priority)"/>) and consumed by a worker,
/// which answers with <see cref="NodeSucceeded"/> or <see cref="NodeFailed"/> carrying the same Token. Delivered at least once: an item may be
/// handled twice, and only one result per Token counts.
/// </summary>
public sealed record NodeWorkItem
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The scope within the run (the run's id for the root; else a branch or an iteration).</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>Name of the workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>Version of the workflow.</summary>
    public required int Version { get; init; }

    /// <summary>Name of the node.</summary>
    public required string Node { get; init; }

    /// <summary>The node's Resource as written in the definition, e.g. <c>flow:extract-audio</c>.</summary>
    public required string Resource { get; init; }

    /// <summary>The handler the Resource names, e.g. <c>extract-audio</c>.</summary>
    public required string Handler { get; init; }

    /// <summary>Identity of this attempt; new for every attempt; void once the node moved on.</summary>
    public required Guid Token { get; init; }

    /// <summary>Number of this attempt at the node, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Input for the handler; null where <see cref="InputReference"/> stands for it.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>The input, where it is too large for a message: read it with <see cref="ReadPayload"/>, or over HTTP. Null: <see cref="Input"/> is the input.</summary>
    public Guid? InputReference { get; init; }

    /// <summary>Priority of the run.</summary>
    public Priority Priority { get; init; }

    /// <summary>Seconds until the orchestrator fails the attempt with States.Timeout; null: the handler's own default.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Longest silence between heartbeats in seconds before the attempt fails; null: none demanded.</summary>
    public int? HeartbeatSeconds { get; init; }

    /// <summary>
    /// The result comes from whoever holds the Token (<c>.waitForTaskToken</c>): a handler that ends well has only passed the Token on and sends no
    /// <see cref="NodeSucceeded"/> of its own; one that fails sends <see cref="NodeFailed"/> as ever.
    /// </summary>
    public bool WaitsForToken { get; init; }

    /// <summary>Most calls of the handler within this attempt, at least 1; null: as the policies of handler and worker say.</summary>
    public int? MaxCalls { get; init; }

    /// <summary>When the orchestrator scheduled the attempt.</summary>
    public required DateTimeOffset ScheduledAt { get; init; }

    /// <summary>Version of this contract that a worker must know to serve the item; it refuses one it does not know. 2: the input is an <see cref="InputReference"/>. 1: any other item.</summary>
    public int ContractVersion { get; init; } = 1;
}

/// <summary>The handler ended well. From a worker (or whoever holds the Token) to the orchestrator. At least once; only the outstanding Token counts.</summary>
public sealed record NodeSucceeded
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The scope, as in the work item.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>The attempt, as in the work item.</summary>
    public required Guid Token { get; init; }

    /// <summary>Result of the node, any JSON value.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Output { get; init; }

    /// <summary>
    /// What it appends to the journal of the run, in order: at most 100 entries (<see cref="JournalLimits"/>); none: left out. An entry too many or too large fails the attempt as Flow.InvalidJournal.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JournalEntry>? Journal { get; init; }

    /// <summary>The result, where it is too large for a message and was stored with <see cref="WritePayloadPart"/>. Null: <see cref="Output"/> is the result.</summary>
    public Guid? OutputReference { get; init; }

    /// <summary>The worker that did it, if it has an id.</summary>
    public string? WorkerId { get; init; }

    /// <summary>When the handler began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the handler ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>The attempt failed; Retry and Catch of the node decide what follows. From a worker to the orchestrator. At least once; only the outstanding Token counts.</summary>
public sealed record NodeFailed
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The scope, as in the work item.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>The attempt, as in the work item.</summary>
    public required Guid Token { get; init; }

    /// <summary>Error name that Retry and Catch match, e.g. <c>Http.NotFound</c> or an exception's full type name.</summary>
    public string? Error { get; init; }

    /// <summary>What happened, for people.</summary>
    public string? Cause { get; init; }

    /// <summary>More, for people and tools: stack, host, response body. Never matched.</summary>
    public JsonElement? Details { get; init; }

    /// <summary>The worker that tried, if it has an id.</summary>
    public string? WorkerId { get; init; }

    /// <summary>When the handler began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the handler ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>The holder of the Token is alive. From a worker to the orchestrator. At least once; a late one is ignored.</summary>
public sealed record NodeHeartbeat
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The scope, as in the work item.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>The attempt, as in the work item.</summary>
    public required Guid Token { get; init; }

    /// <summary>Longest Progress that is kept, in characters of JSON.</summary>
    public const int MaxProgressLength = 16_384;

    /// <summary>How far it is, any JSON value; shown to operators. One that is longer than <see cref="MaxProgressLength"/> is left out.</summary>
    public JsonElement? Progress { get; init; }
}

/// <summary>
/// A worker has taken the item off its queue, because it takes long, and has the attempt under a lease: from a worker to the orchestrator, before it acknowledges the item, and again
/// well before the lease runs out. If the worker is not heard from again in that time, the attempt goes to another one under a new Token; the fourth worker that is lost fails it with
/// <c>Flow.WorkerLost</c>. At least once; a late one is ignored.
/// </summary>
public sealed record NodeLeased
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The scope, as in the work item.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>The attempt, as in the work item.</summary>
    public required Guid Token { get; init; }

    /// <summary>Longest lease, in seconds: a day.</summary>
    public const int MaxLeaseSeconds = 86_400;

    /// <summary>Length of the lease in seconds, from when the orchestrator hears of it. 1 to <see cref="MaxLeaseSeconds"/>; what is outside counts as the nearest of these.</summary>
    public required int LeaseSeconds { get; init; }

    /// <summary>The worker, for people.</summary>
    public string? WorkerId { get; init; }
}

/// <summary>A worker does not have an attempt any more that it had under a lease, and has no result. From a worker to the orchestrator. At least once; a late one is ignored.</summary>
public sealed record NodeReleased
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The scope, as in the work item.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>The attempt, as in the work item.</summary>
    public required Guid Token { get; init; }

    /// <summary>True: whoever was given the Token will answer. False: the attempt goes to another worker at once, under a new Token.</summary>
    public bool IsHeld { get; init; }
}

/// <summary>A worker began an attempt. From a worker to whoever listens (the monitor). At least once.</summary>
public sealed record NodeStarted
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The scope, as in the work item.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>The attempt, as in the work item.</summary>
    public required Guid Token { get; init; }

    /// <summary>Name of the node.</summary>
    public required string Node { get; init; }

    /// <summary>Number of the attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The worker.</summary>
    public required string WorkerId { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }
}
