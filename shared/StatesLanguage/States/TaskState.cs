using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.States;

/// <summary>Work that a handler does.</summary>
public sealed record TaskState : State
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
    internal Sourced<double?>? Timeout { get; init; }

    /// <summary>HeartbeatSeconds and HeartbeatSecondsPath.</summary>
    internal Sourced<double?>? Heartbeat { get; init; }
}
