using System.Text.Json;
using Flow.StatesLanguage;

namespace Flow.Testing.Driving;

/// <summary>What a worker does with an attempt.</summary>
public abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>Whether the call that the attempt makes returned before the result came (<c>.sync</c>, <c>.waitForTaskToken</c>).</summary>
    public bool IsSubmitted { get; init; }

    /// <summary>The attempt ends well.</summary>
    public sealed record Success(JsonElement Output) : Answer;

    /// <summary>The attempt fails.</summary>
    public sealed record Failure(string? Error, string? Cause) : Answer;

    /// <summary>Nothing is ever heard of it again.</summary>
    public sealed record Silence : Answer;
}

/// <summary>Plays the worker: answers an attempt at once.</summary>
public delegate Answer Worker(Command.DispatchWorkItem item);

/// <summary>How a run stands.</summary>
public enum RunState
{
    /// <summary>Waits for something that will not come by itself.</summary>
    Running,

    /// <summary>Ended well.</summary>
    Succeeded,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Its TimeoutSeconds passed.</summary>
    TimedOut,
}

/// <summary>An event of the history, with the scope it happened in and the limits of the attempt it schedules.</summary>
public sealed record Happening(Guid ScopeId, string Machine, HistoryRecord Event, int? TimeoutSeconds = null, int? HeartbeatSeconds = null);
