using Flow.Contracts;
using Flow.Contracts.Api;

namespace Flow.Monitor.Data;

/// <summary>A run as far as its events have arrived, in whatever order.</summary>
public sealed class RunRow
{
    public required Guid RunId { get; init; }

    public required string Workflow { get; set; }

    /// <summary>Null until an event of the run itself arrived.</summary>
    public int? Version { get; set; }

    public string? Name { get; set; }

    public RunStatus Status { get; set; } = RunStatus.Running;

    /// <summary>Moment of the newest pause, resume or redrive; decides between them when they arrive in disorder.</summary>
    public DateTimeOffset? PauseChangedAt { get; set; }

    /// <summary>Whether the newest of them was a pause.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Moment of the newest redrive; an ending before it is none any more.</summary>
    public DateTimeOffset? RedrivenAt { get; set; }

    public Trigger? Trigger { get; set; }

    /// <summary>Until an event says when the run started: the moment of the earliest event seen.</summary>
    public DateTimeOffset StartedAt { get; set; }

    public bool IsStartKnown { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public string? Error { get; set; }

    public string? Cause { get; set; }

    /// <summary>The node that failed.</summary>
    public string? ErrorNode { get; set; }

    /// <summary>The node the root scope is at.</summary>
    public string? Node { get; set; }

    /// <summary>Sequence of the root scope's transition that <see cref="Node"/> comes from.</summary>
    public long NodeSequence { get; set; }

    public Guid? BatchId { get; set; }

    public int? BatchIndex { get; set; }

    /// <summary>Labels as a JSON object.</summary>
    public string Tags { get; set; } = "{}";
}

/// <summary>One run-level event, kept so that it counts once however often it arrives.</summary>
public sealed class FactRow
{
    public required Guid RunId { get; init; }

    public required RunFact Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Reason of a pause or a cancellation, error of a failure.</summary>
    public string? Detail { get; init; }
}

/// <summary>What a run-level event says.</summary>
public enum RunFact
{
    Started,
    Paused,
    Resumed,
    Redriven,
    Cancelled,
    TimedOut,
    Failed,
    Succeeded,
}
