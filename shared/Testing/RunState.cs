namespace Flow.Testing;

/// <summary>How a run stands.</summary>
public enum RunState
{
    /// <summary>Under way: it waits for something, see <see cref="WorkflowRun.Waiting"/>.</summary>
    Running,

    /// <summary>Ended well.</summary>
    Succeeded,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Did not end within the TimeoutSeconds of its definition.</summary>
    TimedOut,

    /// <summary>Stopped, because the attempt that had started it is over.</summary>
    Cancelled,
}
