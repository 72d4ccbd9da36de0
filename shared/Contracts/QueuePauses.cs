namespace Flow.Contracts;

/// <summary>An operator paused a work queue: workers finish what they have in hand and begin nothing more of it. From the orchestrator to all. At least once; <see cref="CheckQueues"/> asks how it stands.</summary>
public sealed record QueuePaused
{
    /// <summary>The work queue.</summary>
    public required string Queue { get; init; }

    /// <summary>When it was paused.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Why, if it was said.</summary>
    public string? Reason { get; init; }
}

/// <summary>A paused work queue is served again. From the orchestrator to all. At least once; <see cref="CheckQueues"/> asks how it stands.</summary>
public sealed record QueueResumed
{
    /// <summary>The work queue.</summary>
    public required string Queue { get; init; }

    /// <summary>When it was resumed.</summary>
    public required DateTimeOffset Timestamp { get; init; }
}

/// <summary>
/// Asks which of some work queues are paused. From a worker to the orchestrator, at the queue <see cref="QueueNames.QueueChecks"/>, which answers with <see cref="QueuesChecked"/>: before it serves them, when one is
/// paused or resumed, and now and then. At least once; a repeat is answered again.
/// </summary>
public sealed record CheckQueues
{
    /// <summary>The work queues.</summary>
    public required IReadOnlyList<string> Queues { get; init; }
}

/// <summary>Which of the work queues asked about are paused. From the orchestrator to whoever asked with <see cref="CheckQueues"/>. At least once.</summary>
public sealed record QueuesChecked
{
    /// <summary>Those that are paused.</summary>
    public required IReadOnlyList<string> Paused { get; init; }
}
