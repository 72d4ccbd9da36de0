using System.Text.Json.Serialization;

namespace Flow.Contracts.Api;

/// <summary>Whether a worker lives, by its last heartbeat.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkerState>))]
public enum WorkerState
{
    /// <summary>Its heartbeats come in time.</summary>
    Alive,

    /// <summary>One heartbeat is missing.</summary>
    Stale,

    /// <summary>Three heartbeats are missing; what it held will be given to others.</summary>
    Dead,

    /// <summary>It said that it stops.</summary>
    Stopped,
}

/// <summary>What a worker is doing: the first of these that holds, from the last to the first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkerActivity>))]
public enum WorkerActivity
{
    /// <summary>Nothing.</summary>
    Idle,

    /// <summary>Nothing, and a handler of it rests.</summary>
    Resting,

    /// <summary>It handles at least one item.</summary>
    InProgress,

    /// <summary>One of the items it handles was tried before: by another attempt, or by an earlier call within this one.</summary>
    Retrying,

    /// <summary>It takes nothing more, and finishes or gives back what it has.</summary>
    Draining,

    /// <summary>It takes nothing more and has nothing.</summary>
    Drained,
}

/// <summary>What a heartbeat says of its worker; one rule for all who show workers.</summary>
public static class WorkerCondition
{
    /// <summary>What a heartbeat may take on its way, so that a punctual worker never looks stale.</summary>
    public static readonly TimeSpan Travel = TimeSpan.FromSeconds(1);

    /// <summary>Alive up to one interval after the last heartbeat, stale up to three, then dead; stopped once it said so.</summary>
    /// <param name="silence">Time since the last heartbeat arrived.</param>
    /// <param name="intervalSeconds">The worker's own interval.</param>
    /// <param name="stopping">Whether that heartbeat said that it stops.</param>
    public static WorkerState StateAfter(TimeSpan silence, int intervalSeconds, bool stopping)
    {
        if (stopping)
            return WorkerState.Stopped;
        var interval = TimeSpan.FromSeconds(Math.Max(1, intervalSeconds));
        return silence - Travel <= interval ? WorkerState.Alive
            : silence - Travel <= interval * 3 ? WorkerState.Stale
            : WorkerState.Dead;
    }

    /// <summary>What the worker is doing.</summary>
    public static WorkerActivity ActivityOf(WorkerHeartbeat heartbeat) => heartbeat.Drain switch
    {
        WorkerDrain.Draining => WorkerActivity.Draining,
        WorkerDrain.Drained => WorkerActivity.Drained,
        _ when heartbeat.InFlight.Any(WasTriedBefore) => WorkerActivity.Retrying,
        _ when heartbeat.InFlight.Count > 0 => WorkerActivity.InProgress,
        _ => heartbeat.Resting.Count > 0 ? WorkerActivity.Resting : WorkerActivity.Idle,
    };

    /// <summary>Whether an item was tried before: by another attempt, or by an earlier call within this one.</summary>
    public static bool WasTriedBefore(InFlightItem item) => item.Attempt > 1 || item.Call > 1;
}

/// <summary>A worker as its last heartbeat describes it: <c>GET /v1/workers/{workerId}</c>.</summary>
public sealed record WorkerDetails
{
    /// <inheritdoc cref="WorkerHeartbeat.WorkerId"/>
    public required string WorkerId { get; init; }

    /// <inheritdoc cref="WorkerHeartbeat.Host"/>
    public required string Host { get; init; }

    /// <inheritdoc cref="WorkerHeartbeat.Version"/>
    public required string Version { get; init; }

    /// <summary>Whether it lives.</summary>
    public required WorkerState State { get; init; }

    /// <summary>What it is doing; of one that is dead or stopped: what it was doing when it was last heard of.</summary>
    public required WorkerActivity Activity { get; init; }

    /// <inheritdoc cref="WorkerHeartbeat.Queues"/>
    public required IReadOnlyList<string> Queues { get; init; }

    /// <inheritdoc cref="WorkerHeartbeat.Handlers"/>
    public required IReadOnlyList<string> Handlers { get; init; }

    /// <inheritdoc cref="WorkerHeartbeat.Concurrency"/>
    public required int Concurrency { get; init; }

    /// <inheritdoc cref="WorkerHeartbeat.InFlight"/>
    public required IReadOnlyList<InFlightItem> InFlight { get; init; }

    /// <inheritdoc cref="WorkerHeartbeat.Resting"/>
    public required IReadOnlyList<RestingHandler> Resting { get; init; }

    /// <inheritdoc cref="WorkerHeartbeat.Succeeded"/>
    public required long Succeeded { get; init; }

    /// <inheritdoc cref="WorkerHeartbeat.Failed"/>
    public required long Failed { get; init; }

    /// <inheritdoc cref="WorkerHeartbeat.StartedAt"/>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its last heartbeat arrived.</summary>
    public required DateTimeOffset HeardAt { get; init; }

    /// <inheritdoc cref="WorkerHeartbeat.IntervalSeconds"/>
    public required int IntervalSeconds { get; init; }
}

/// <summary>What <c>POST /v1/workers/{workerId}/drain</c> takes.</summary>
/// <param name="Exit">True: the worker's process ends when it is drained. False (default): it stays up, drained, until it is started anew.</param>
public sealed record DrainWorkerRequest(bool Exit = false);
