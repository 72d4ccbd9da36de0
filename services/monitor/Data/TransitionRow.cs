namespace Flow.Monitor.Data;

/// <summary>One committed transition of a scope; the key makes a repeat visible.</summary>
public sealed class TransitionRow
{
    public required Guid ScopeId { get; init; }

    public required long Sequence { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>Moment of its first event.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Its history events as a JSON array, without inputs and outputs.</summary>
    public required string Events { get; init; }
}

/// <summary>One attempt at a Task node, put together from what orchestrator and worker said of its Token.</summary>
public sealed class AttemptRow
{
    public required Guid Token { get; init; }

    public required Guid RunId { get; init; }

    public required Guid ScopeId { get; init; }

    public required string Node { get; init; }

    public int Number { get; set; } = 1;

    public string? WorkerId { get; set; }

    public DateTimeOffset? ScheduledAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Null while it is out.</summary>
    public AttemptOutcome? Outcome { get; set; }

    public string? Error { get; set; }
}

/// <summary>How an attempt ended.</summary>
public enum AttemptOutcome
{
    Succeeded,
    Failed,
    TimedOut,
}

/// <summary>A total that never goes back, changed in the transaction of the event that it counts.</summary>
public sealed class CounterRow
{
    public required string Name { get; init; }

    public required string Workflow { get; init; }

    /// <summary>Empty where the counter has no node.</summary>
    public required string Node { get; init; }

    public long Value { get; set; }
}
