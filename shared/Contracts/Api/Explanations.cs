using System.Text.Json.Serialization;

namespace Flow.Contracts.Api;

/// <summary>What holds a run, or one of its scopes, where it stands. The list is closed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HoldReason>))]
public enum HoldReason
{
    /// <summary>The run waits for its NotBefore.</summary>
    Scheduled,

    /// <summary>An operator paused the run.</summary>
    Paused,

    /// <summary>An attempt is in a queue, or with a worker.</summary>
    WorkItem,

    /// <summary>An attempt is in a queue that an operator paused.</summary>
    QueuePaused,

    /// <summary>An attempt is in a queue, and its handler rests at every worker that serves it: it failed always.</summary>
    RestingHandler,

    /// <summary>Whoever holds a task token has not answered.</summary>
    Token,

    /// <summary>A run that the node started has not ended.</summary>
    ChildRun,

    /// <summary>The delay before the next attempt.</summary>
    RetryDelay,

    /// <summary>A Wait node.</summary>
    Wait,

    /// <summary>Branches or iterations are open.</summary>
    Children,

    /// <summary>The iteration has not begun: MaxConcurrency others are open.</summary>
    HeldBack,

    /// <summary>Items of a distributed Map are being read.</summary>
    ReadingItems,

    /// <summary>Results of a distributed Map are being written.</summary>
    WritingResults,

    /// <summary>A message to it is on its way.</summary>
    Moving,

    /// <summary>Nothing that should hold it is there; see the text.</summary>
    Unexplained,

    /// <summary>The run has ended.</summary>
    Ended,
}

/// <summary>Who can make something go on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HoldActor>))]
public enum HoldActor
{
    /// <summary>Flow itself does, and needs nobody.</summary>
    Flow,

    /// <summary>A worker that serves the queue.</summary>
    Worker,

    /// <summary>The holder of the task token.</summary>
    TokenHolder,

    /// <summary>An operator.</summary>
    Operator,
}

/// <summary>Scopes of a run that are held at the same node for the same reason.</summary>
public sealed record Hold
{
    /// <summary>Why.</summary>
    public required HoldReason Reason { get; init; }

    /// <summary>The node; null: the run has not begun.</summary>
    public string? Node { get; init; }

    /// <summary>How many scopes: the root, branches, iterations.</summary>
    public required int Scopes { get; init; }

    /// <summary>Since when the first of them is; null: not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the first of them goes on by itself: a delay ends, a time limit passes; null: it does not.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Who can make them go on before.</summary>
    public required HoldActor Actor { get; init; }

    /// <summary>What it is and what comes next, for people.</summary>
    public required string Text { get; init; }
}

/// <summary>Why a run stands where it stands: <c>GET /v1/runs/{id}/why</c>.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Holds">What holds it: for an open run what holds its innermost scopes, the most urgent first.</param>
/// <param name="IsComplete">Whether all open scopes were looked at; of a very wide run only the first are.</param>
public sealed record RunExplanation(Guid RunId, RunStatus Status, IReadOnlyList<Hold> Holds, bool IsComplete = true);
