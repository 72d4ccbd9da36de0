namespace Flow.Contracts;

/// <summary>A work item a worker is handling right now.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ScopeId">The scope.</param>
/// <param name="Node">Name of the node.</param>
/// <param name="Token">The attempt.</param>
/// <param name="Attempt">Number of the attempt, from 1.</param>
/// <param name="StartedAt">When the handler began.</param>
public sealed record InFlightItem(Guid RunId, Guid ScopeId, string Node, Guid Token, int Attempt, DateTimeOffset StartedAt);

/// <summary>A worker lives. Published by every worker at its heartbeat interval, independent of how long its handlers run. At least once; the newest counts.</summary>
public sealed record WorkerHeartbeat
{
    /// <summary>Identity of the worker process, never shared and never used again.</summary>
    public required string WorkerId { get; init; }

    /// <summary>Host name.</summary>
    public required string Host { get; init; }

    /// <summary>Version of the worker's assembly.</summary>
    public required string Version { get; init; }

    /// <summary>Queues it consumes.</summary>
    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>Handlers it serves.</summary>
    public required IReadOnlyList<string> Handlers { get; init; }

    /// <summary>How many items it handles at once at the most.</summary>
    public required int Concurrency { get; init; }

    /// <summary>What it is handling now.</summary>
    public required IReadOnlyList<InFlightItem> InFlight { get; init; }

    /// <summary>When the process started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When this heartbeat was made.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Seconds until the next one; a worker is Stale after one interval missed and Dead after three.</summary>
    public required int IntervalSeconds { get; init; }

    /// <summary>True on the last heartbeat of a worker that stops in good order.</summary>
    public bool Stopping { get; init; }
}
