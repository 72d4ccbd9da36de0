using Flow.Contracts.Api;

namespace Flow.Monitor.Data;

/// <summary>A dead letter: an attempt whose retries are spent, a message that was put aside, or both, which an attempt's token shows.</summary>
public sealed class DeadLetterRow
{
    /// <summary>The token of an attempt that was heard of first by its event; else its own.</summary>
    public required Guid Id { get; init; }

    public required DeadLetterKind Kind { get; set; }

    public DeadLetterStatus Status { get; set; }

    /// <summary>Null until the message itself arrived.</summary>
    public string? Queue { get; set; }

    /// <summary>Id of the message, or a hash of its body where its sender gave none; with the queue it tells a repeat.</summary>
    public string? MessageKey { get; set; }

    /// <summary>The id its sender gave.</summary>
    public string? MessageId { get; set; }

    public byte[]? Body { get; set; }

    public string? ContentType { get; set; }

    /// <summary>A JSON object.</summary>
    public string? Headers { get; set; }

    public Guid? RunId { get; set; }

    public Guid? ScopeId { get; set; }

    /// <summary>Of a work item; a letter that has it goes on by a redrive of its run.</summary>
    public Guid? Token { get; set; }

    public string? Workflow { get; set; }

    public int? Version { get; set; }

    public string? Node { get; set; }

    public string? Resource { get; set; }

    public string? Handler { get; set; }

    public int Attempts { get; set; } = 1;

    /// <summary>Input of the attempt as JSON.</summary>
    public string? Input { get; set; }

    public string? Error { get; set; }

    public string? Cause { get; set; }

    public string? Stack { get; set; }

    public string Fingerprint { get; set; } = "";

    public required DateTimeOffset FailedAt { get; set; }

    public required DateTimeOffset ReceivedAt { get; set; }

    public int Replays { get; set; }

    /// <summary>Whether it is an attempt of a run, which goes on by a redrive.</summary>
    internal bool IsOfRun => RunId is not null && ScopeId is not null && Token is not null;

    /// <summary>E.g. <c>Charge of order, run …: Card.Declined</c>.</summary>
    internal string Describe() =>
        $"{(Node is null ? $"message {MessageId} of {Queue}" : $"{Node} of {Workflow}")}{(RunId is null ? "" : $", run {RunId}")}: {Error ?? Kind.ToString()}";
}

/// <summary>An act on dead letters: the audit, and for a replay the state of its work.</summary>
public sealed class DeadLetterActRow
{
    /// <summary>Ordered by time.</summary>
    public required Guid Id { get; init; }

    public required DeadLetterActKind Kind { get; init; }

    public DeadLetterActStatus Status { get; set; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Selection { get; init; }

    public required int Letters { get; set; }

    public string? Outcome { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>0: no canary.</summary>
    public int CanarySeconds { get; init; }

    public int PerSecond { get; init; }

    /// <summary>No letter is taken in hand before.</summary>
    public DateTimeOffset NextAt { get; set; }
}

/// <summary>One letter of an act.</summary>
public sealed class DeadLetterItemRow
{
    public required Guid ActId { get; init; }

    public required Guid LetterId { get; init; }

    public required int Position { get; init; }

    public Guid? RunId { get; init; }

    public DeadLetterOutcomeStatus Status { get; set; }

    /// <summary>The letter in a few words, so that the audit says what it was when it is gone.</summary>
    public required string Detail { get; set; }

    public required DateTimeOffset At { get; set; }

    /// <summary>The input (JSON) or body to replay with; null: its own.</summary>
    public string? Edited { get; init; }

    /// <summary>How often it was sent.</summary>
    public int Sends { get; set; }

    /// <summary>It is not sent (again) before.</summary>
    public DateTimeOffset NotBefore { get; set; }

    internal void Refuse(string why, DateTimeOffset now) => (Status, Detail, At) = (DeadLetterOutcomeStatus.Refused, $"{Detail}: {why}", now);
}
