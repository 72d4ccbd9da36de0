namespace Flow.Contracts.Api;

/// <summary>A work queue, as <c>GET /v1/queues</c> lists it.</summary>
public sealed record WorkQueue
{
    /// <summary>Its name, e.g. <c>video</c>.</summary>
    public required string Queue { get; init; }

    /// <summary>Items that wait in it and are with no worker; null: the broker does not tell. On RabbitMQ an estimate.</summary>
    public long? Depth { get; init; }

    /// <summary>Its lanes, the most urgent first.</summary>
    public required IReadOnlyList<QueueLane> Lanes { get; init; }

    /// <summary>Since when the oldest of them waits; null: none does, or the broker does not tell (RabbitMQ).</summary>
    public DateTimeOffset? OldestAt { get; init; }

    /// <summary>Since when it is paused; null: it is not.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Why it is paused, if it was said.</summary>
    public string? PauseReason { get; init; }

    /// <summary>The workers that said in their last heartbeats that they serve it.</summary>
    public required IReadOnlyList<string> Workers { get; init; }

    /// <summary>Whether items wait in it and nobody serves it: no worker says so, and nobody consumes or polls it.</summary>
    public bool IsUnserved { get; init; }
}

/// <summary>A lane of a work queue.</summary>
/// <param name="Priority">Whose items are in it.</param>
/// <param name="Depth">Items that wait in it; null: the broker does not tell.</param>
public sealed record QueueLane(Priority Priority, long? Depth);

/// <summary>What <c>POST /v1/queues/{name}/pause</c> takes.</summary>
/// <param name="Reason">Why, for <c>flow why</c> and <c>flow queues</c>; at most 1,000 characters.</param>
public sealed record PauseQueueRequest(string? Reason = null);

/// <summary>What <c>DELETE /v1/queues/{name}/items</c> answers.</summary>
/// <param name="Queue">The work queue.</param>
/// <param name="Items">How many items were thrown away, each of whose attempts fails as <c>Flow.Purged</c>.</param>
/// <param name="IsComplete">False: there were more than fit into one request; repeat it.</param>
public sealed record PurgedQueue(string Queue, long Items, bool IsComplete);

/// <summary>What <c>DELETE /v1/queues/{name}</c> answers.</summary>
/// <param name="Queue">The work queue.</param>
/// <param name="Items">How many items were thrown away before, each of whose attempts fails as <c>Flow.Purged</c>.</param>
/// <param name="Left">Queues of the broker that stay, with what was put aside of it: its error and skipped queues.</param>
/// <param name="Workers">The workers that said that they serve it. They declare it anew.</param>
public sealed record DeletedQueue(string Queue, long Items, IReadOnlyList<string> Left, IReadOnlyList<string> Workers);
