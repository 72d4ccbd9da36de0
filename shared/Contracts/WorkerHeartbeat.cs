using System.Text.Json.Serialization;

namespace Flow.Contracts;

/// <summary>How a worker stands that was asked to take nothing more.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkerDrain>))]
public enum WorkerDrain
{
    /// <summary>It was not asked.</summary>
    None = 0,

    /// <summary>It takes nothing more, and finishes or gives back what it has.</summary>
    Draining = 1,

    /// <summary>It has nothing any more, and takes nothing until it is started anew.</summary>
    Drained = 2,
}

/// <summary>A handler that failed always and is not called for a while; its items are left to other workers.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Until">When one item is tried again.</param>
public sealed record RestingHandler(string Handler, DateTimeOffset Until);

/// <summary>A work item a worker is handling right now.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ScopeId">The scope.</param>
/// <param name="Node">Name of the node.</param>
/// <param name="Token">The attempt.</param>
/// <param name="Attempt">Number of the attempt, from 1.</param>
/// <param name="StartedAt">When the handler began.</param>
public sealed record InFlightItem(Guid RunId, Guid ScopeId, string Node, Guid Token, int Attempt, DateTimeOffset StartedAt)
{
    /// <summary>Its handler; null: not said.</summary>
    public string? Handler { get; init; }

    /// <summary>Number of the handler's call within the attempt, from 1: the one under way, or the one waited for.</summary>
    public int Call { get; init; } = 1;

    /// <summary>Most calls within the attempt.</summary>
    public int MaxCalls { get; init; } = 1;
}

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

    /// <summary>Handlers that rest.</summary>
    public IReadOnlyList<RestingHandler> Resting { get; init; } = [];

    /// <summary>Whether it was asked to take nothing more, and how far it is.</summary>
    public WorkerDrain Drain { get; init; }

    /// <summary>Attempts that ended well with it since it started.</summary>
    public long Succeeded { get; init; }

    /// <summary>Attempts that failed with it since it started.</summary>
    public long Failed { get; init; }
}

/// <summary>
/// Asks one worker to take nothing more. It finishes what it has in hand, gives back after its ShutdownTimeoutSeconds what it has not finished, and says so in its heartbeats. Published by an
/// operator, as a rule through the orchestrator, to all workers; those with another id ignore it. At least once; repeats are harmless.
/// </summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Exit">True: the worker's process ends when it is drained. False (default): it stays up, drained, until it is started anew.</param>
public sealed record DrainWorker(string WorkerId, bool Exit = false);
