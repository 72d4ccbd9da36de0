using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.States;

/// <summary>Work that a handler does.</summary>
public sealed record TaskState : WorkingState
{
    internal TaskState()
    {
    }

    /// <inheritdoc/>
    public override string Type => "Task";

    /// <summary>Its Resource as written.</summary>
    public required string Resource { get; init; }

    /// <summary>Its Resource, taken apart.</summary>
    public required Resource Target { get; init; }

    /// <summary>TimeoutSeconds and TimeoutSecondsPath.</summary>
    internal Number? Timeout { get; init; }

    /// <summary>HeartbeatSeconds and HeartbeatSecondsPath.</summary>
    internal Number? Heartbeat { get; init; }
}
