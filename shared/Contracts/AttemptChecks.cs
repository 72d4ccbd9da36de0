namespace Flow.Contracts;

/// <summary>
/// Asks whether an attempt is still wanted. From a worker to the orchestrator, at the queue <see cref="QueueNames.AttemptChecks"/>, which answers with <see cref="AttemptChecked"/>: for items
/// that were scheduled before the worker was there to hear of cancellations and pauses. At least once; a repeat is answered again.
/// </summary>
public sealed record CheckAttempt
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The scope, as in the work item.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>The attempt, as in the work item.</summary>
    public required Guid Token { get; init; }
}

/// <summary>Whether an attempt is still wanted. From the orchestrator to whoever asked with <see cref="CheckAttempt"/>. At least once.</summary>
public sealed record AttemptChecked
{
    /// <summary>The attempt.</summary>
    public required Guid Token { get; init; }

    /// <summary>Whether its result would count.</summary>
    public required bool IsOutstanding { get; init; }

    /// <summary>Whether its run is paused, so that nothing of it is to begin.</summary>
    public bool IsPaused { get; init; }
}
