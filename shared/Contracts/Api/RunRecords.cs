using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.Contracts.Api;

/// <summary>An attempt that failed, as the history of its run has it: <c>GET /v1/runs/{id}/errors</c>.</summary>
public sealed record FailedAttempt
{
    /// <summary>Place in the run's history; the one that <see cref="HistoryEntry"/> has.</summary>
    public required long Id { get; init; }

    /// <summary>The scope: the run's id for its root, else a branch or an iteration.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>The attempt: the Token of its work item.</summary>
    public required Guid Token { get; init; }

    /// <summary>Number of the attempt at the node, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Error name; <c>States.Timeout</c> where its time, or that of its heartbeat, was up. Null: none was given.</summary>
    public string? Error { get; init; }

    /// <summary>What happened, for people; null: it was not said.</summary>
    public string? Cause { get; init; }

    /// <summary>When it failed.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Whether no Retry and no Catch went on from it: it is a dead letter.</summary>
    public required bool IsPermanent { get; init; }
}

/// <summary>What a node gave when it last ended well or by a Catch: <c>GET /v1/runs/{id}/nodes/{node}/output</c>.</summary>
public sealed record NodeOutput
{
    /// <summary>Place in the run's history; the one that <see cref="HistoryEntry"/> has.</summary>
    public required long Id { get; init; }

    /// <summary>The scope it ended in: the run's id for its root, else a branch or an iteration.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>Its output: what the node that follows has as its input.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required JsonElement Output { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset Timestamp { get; init; }
}

/// <summary>How a work item of a run stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkItemStatus>))]
public enum WorkItemStatus
{
    /// <summary>It waits in its queue; or with a worker, or with the holder of its token, who has not said so.</summary>
    Pending,

    /// <summary>Somebody who said so is at it: a worker, in its last heartbeat; the holder of the token, by a heartbeat; the run that it started.</summary>
    InProgress,

    /// <summary>The attempt begins when the delay of the node's Retry is over.</summary>
    WaitingRetry,

    /// <summary>The attempt failed, and a Retry or a Catch went on from it.</summary>
    Failed,

    /// <summary>The attempt failed, and nobody tries again by himself: it is a dead letter.</summary>
    PermanentlyFailed,

    /// <summary>The attempt ended well.</summary>
    Completed,

    /// <summary>The attempt was outstanding when its run was cancelled or timed out, or when its branch or iteration was closed by what happened around it; nobody waits for it any more.</summary>
    Cancelled,
}

/// <summary>One attempt at a Task node of a run: <c>GET /v1/runs/{id}/work-items</c>.</summary>
public sealed record RunWorkItem
{
    /// <summary>How it stands.</summary>
    public required WorkItemStatus Status { get; init; }

    /// <summary>The scope: the run's id for its root, else a branch or an iteration.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>Number of the attempt at the node, from 1: with it, how many attempts were made.</summary>
    public required int Attempt { get; init; }

    /// <summary>The attempt; null: it has not begun.</summary>
    public Guid? Token { get; init; }

    /// <summary>Queue it was sent to, as the broker calls it. Null of one that has ended, and of one that no worker handles.</summary>
    public string? Queue { get; init; }

    /// <summary>Handler that its queue's workers have for it. Null where Queue is.</summary>
    public string? Handler { get; init; }

    /// <summary>Whether its result comes from the holder of the task token and not from a worker. Not said of one that has ended.</summary>
    public bool WaitsForToken { get; init; }

    /// <summary>The worker that said, not long ago, that it is at it.</summary>
    public string? WorkerId { get; init; }

    /// <summary>When it was handed out. Null of one that has ended or has not begun.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>When its worker, or the run that it started, began. Null: not known.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it begins (WaitingRetry), or fails for want of an answer (Pending, InProgress); null: no time is set.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When it ended; null of one that has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Error name, of one that failed.</summary>
    public string? Error { get; init; }

    /// <summary>Cause, of one that failed.</summary>
    public string? Cause { get; init; }
}
