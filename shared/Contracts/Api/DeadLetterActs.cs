using System.Text.Json.Serialization;

namespace Flow.Contracts.Api;

/// <summary>What is done with dead letters.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadLetterActKind>))]
public enum DeadLetterActKind
{
    /// <summary>Their runs go on, their messages go back to their queues.</summary>
    Replay,

    /// <summary>They are put away.</summary>
    Archive,

    /// <summary>They are deleted by an operator.</summary>
    Delete,

    /// <summary>They were deleted because they were too old or too many.</summary>
    Retention,
}

/// <summary>How an act stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadLetterActStatus>))]
public enum DeadLetterActStatus
{
    /// <summary>Letters of it are still in hand.</summary>
    Running,

    /// <summary>Every letter of it has its outcome.</summary>
    Completed,

    /// <summary>The first letter of a replay failed again, so the others were left as they were.</summary>
    Stopped,
}

/// <summary>An act on dead letters, as the audit keeps it: <c>GET /v1/dead-letters/acts</c> of the monitor.</summary>
public sealed record DeadLetterAct
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>What is done.</summary>
    public required DeadLetterActKind Kind { get; init; }

    /// <summary>How it stands.</summary>
    public required DeadLetterActStatus Status { get; init; }

    /// <summary>Who asked.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Which letters were meant, for people.</summary>
    public required string Selection { get; init; }

    /// <summary>How many letters that were.</summary>
    public required int Letters { get; init; }

    /// <summary>What came of it, for people; null: nothing yet.</summary>
    public string? Outcome { get; init; }

    /// <summary>When it ended; null: it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>How one letter of an act stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadLetterOutcomeStatus>))]
public enum DeadLetterOutcomeStatus
{
    /// <summary>Not done yet.</summary>
    Pending,

    /// <summary>Done.</summary>
    Done,

    /// <summary>It could not be done; the letter is as it was.</summary>
    Refused,

    /// <summary>Not done: the act was stopped.</summary>
    Stopped,
}

/// <summary>What an act did with a letter.</summary>
public sealed record DeadLetterOutcome
{
    /// <summary>The act.</summary>
    public required Guid ActId { get; init; }

    /// <summary>The letter; it may be deleted by now.</summary>
    public required Guid LetterId { get; init; }

    /// <summary>What was done.</summary>
    public required DeadLetterActKind Kind { get; init; }

    /// <summary>Who asked.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>How it stands.</summary>
    public required DeadLetterOutcomeStatus Status { get; init; }

    /// <summary>The letter in a few words, and why it was refused.</summary>
    public required string Detail { get; init; }

    /// <summary>When it came to stand so.</summary>
    public required DateTimeOffset At { get; init; }
}
