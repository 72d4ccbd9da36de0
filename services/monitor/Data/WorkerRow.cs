using Flow.Contracts.Api;

namespace Flow.Monitor.Data;

/// <summary>The newest heartbeat of a worker.</summary>
public sealed class WorkerRow
{
    public required string WorkerId { get; init; }

    public string Host { get; set; } = "";

    public string Version { get; set; } = "";

    /// <summary>JSON array of names.</summary>
    public string Queues { get; set; } = "[]";

    /// <summary>JSON array of names.</summary>
    public string Handlers { get; set; } = "[]";

    public int Concurrency { get; set; }

    /// <summary>JSON array of <see cref="Contracts.InFlightItem"/>.</summary>
    public string InFlight { get; set; } = "[]";

    public WorkerActivity Activity { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the worker made the heartbeat, by its clock; orders heartbeats among themselves.</summary>
    public DateTimeOffset Timestamp { get; set; }

    /// <summary>When it arrived here, by our clock; liveness is judged by this one.</summary>
    public DateTimeOffset SeenAt { get; set; }

    public int IntervalSeconds { get; set; }

    public bool Stopping { get; set; }
}

/// <summary>A start that was refused.</summary>
public sealed class RejectionRow
{
    /// <summary>Derived from the content, so that a repeat has the same one.</summary>
    public required Guid Id { get; init; }

    public Guid? RunId { get; init; }

    public string? Workflow { get; init; }

    public required string Reason { get; init; }

    public required string Message { get; init; }

    public string? IdempotencyKey { get; init; }

    public required DateTimeOffset At { get; init; }
}
