using System.Text.Json;
using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.States;

/// <summary>Passes its input on, or puts a value in.</summary>
public sealed record PassState : State
{
    internal PassState()
    {
    }

    /// <inheritdoc/>
    public override string Type => "Pass";

    /// <summary>The literal Result; undefined when there is none.</summary>
    internal JsonElement Result { get; init; }
}

/// <summary>Waits for a time.</summary>
public sealed record WaitState : State
{
    internal WaitState()
    {
    }

    /// <inheritdoc/>
    public override string Type => "Wait";

    internal Sourced<double?>? Seconds { get; init; }

    internal Sourced<DateTimeOffset?>? Timestamp { get; init; }
}

/// <summary>Ends the machine well.</summary>
public sealed record SucceedState : State
{
    internal SucceedState()
    {
    }

    /// <inheritdoc/>
    public override string Type => "Succeed";
}

/// <summary>Ends the machine with an error.</summary>
public sealed record FailState : State
{
    internal FailState()
    {
    }

    /// <inheritdoc/>
    public override string Type => "Fail";

    internal Sourced<string?>? Error { get; init; }

    internal Sourced<string?>? Cause { get; init; }
}
