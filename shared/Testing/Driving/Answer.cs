using System.Text.Json;
using Flow.StatesLanguage;

namespace Flow.Testing.Driving;

/// <summary>What a worker does with an attempt.</summary>
internal abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>Whether the call that the attempt makes returned before the result came (<c>.sync</c>, <c>.waitForTaskToken</c>).</summary>
    public bool IsSubmitted { get; init; }

    /// <summary>How long it takes, from the dispatch.</summary>
    public TimeSpan After { get; init; }

    /// <summary>When it shows that it is alive, from the dispatch.</summary>
    public IReadOnlyList<TimeSpan> Heartbeats { get; init; } = [];

    /// <summary>A second answer to the same attempt.</summary>
    public Answer? Then { get; init; }

    /// <summary>The signals that come of it, and when.</summary>
    public IEnumerable<(TimeSpan After, Signal Signal)> Signals(Guid token)
    {
        Signal? end = this switch
        {
            Success success => new Signal.TaskSucceeded(token, success.Output),
            Failure failure => new Signal.TaskFailed(token, failure.Error, failure.Cause),
            _ => null,
        };
        return
        [
            .. Heartbeats.Select(beat => (beat, (Signal)new Signal.TaskHeartbeat(token))),
            .. end is null ? [] : new[] { (After, end) },
            .. Then?.Signals(token) ?? [],
        ];
    }

    /// <summary>The attempt ends well.</summary>
    public sealed record Success(JsonElement Output) : Answer;

    /// <summary>The attempt fails.</summary>
    public sealed record Failure(string? Error, string? Cause) : Answer;

    /// <summary>Nothing is heard of it.</summary>
    public sealed record Silence : Answer;
}

/// <summary>Plays the worker: answers an attempt.</summary>
internal delegate Answer Worker(Command.DispatchWorkItem item);
