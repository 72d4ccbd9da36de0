namespace Flow.Monitor.Workers;

/// <summary>Whether a worker lives, by its last heartbeat.</summary>
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

/// <summary>The rule of liveness.</summary>
internal static class WorkerLiveness
{
    /// <summary>What a heartbeat may take on its way, so that a punctual worker never looks stale.</summary>
    public static readonly TimeSpan Travel = TimeSpan.FromSeconds(1);

    /// <summary>Alive up to one interval after the last heartbeat, stale up to three, then dead; stopped once it said so.</summary>
    public static WorkerState StateOf(DateTimeOffset seenAt, int intervalSeconds, bool stopping, DateTimeOffset now)
    {
        if (stopping)
            return WorkerState.Stopped;
        var interval = TimeSpan.FromSeconds(Math.Max(1, intervalSeconds));
        var silence = now - seenAt - Travel;
        return silence <= interval ? WorkerState.Alive
            : silence <= interval * 3 ? WorkerState.Stale
            : WorkerState.Dead;
    }
}
