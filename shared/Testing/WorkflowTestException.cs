namespace Flow.Testing;

/// <summary>A test of a workflow fails: its message says what was expected, what was found, and the path the run took.</summary>
public sealed class WorkflowTestException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public WorkflowTestException()
    {
    }

    /// <summary>Makes one with a message.</summary>
    public WorkflowTestException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a message and what led to it.</summary>
    public WorkflowTestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
