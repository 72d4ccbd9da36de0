namespace Flow.Orchestrator.Timers;

/// <summary>What a timer times: the interpreter's kinds, and two of the run's own, <see cref="Start"/> and <see cref="RunTimeout"/>.</summary>
public enum DueKind
{
    /// <summary>A Wait node.</summary>
    Wait,

    /// <summary>The delay before the next attempt.</summary>
    Retry,

    /// <summary>TimeoutSeconds of a Task.</summary>
    Timeout,

    /// <summary>HeartbeatSeconds of a Task.</summary>
    Heartbeat,

    /// <summary>NotBefore of a run.</summary>
    Start,

    /// <summary>TimeoutSeconds of a run.</summary>
    RunTimeout,

    /// <summary>The lease under which a worker has an attempt.</summary>
    Lease,
}
