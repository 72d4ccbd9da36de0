using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.Contracts.Api;

/// <summary>Why something is a dead letter.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadLetterKind>))]
public enum DeadLetterKind
{
    /// <summary>An attempt at a node failed, its retries are spent, and nothing caught its error.</summary>
    RetriesSpent,

    /// <summary>The body cannot be read as what its queue takes.</summary>
    Undecodable,

    /// <summary>No worker of the queue has the handler.</summary>
    UnknownHandler,

    /// <summary>The work item has a contract version that its worker does not know.</summary>
    UnsupportedContract,

    /// <summary>It was delivered as often as the queue allows, and never acknowledged: whoever took it died, or gave it back.</summary>
    DeliveryLimit,

    /// <summary>Nobody at the queue takes messages of its type.</summary>
    Skipped,

    /// <summary>Its consumer threw an exception, and again on every retry.</summary>
    Faulted,
}

/// <summary>How a dead letter stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadLetterStatus>))]
public enum DeadLetterStatus
{
    /// <summary>It waits for an operator.</summary>
    Open,

    /// <summary>A replay has it in hand.</summary>
    Replaying,

    /// <summary>Its run went on, or the message is back in its queue. If it fails again it is open again, or a new letter of the same run is.</summary>
    Replayed,

    /// <summary>An operator put it away.</summary>
    Archived,
}

/// <summary>A dead letter in a list: something that nobody will retry by itself any more.</summary>
public sealed record DeadLetter
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Why it is one.</summary>
    public required DeadLetterKind Kind { get; init; }

    /// <summary>How it stands.</summary>
    public required DeadLetterStatus Status { get; init; }

    /// <summary>The broker's queue that the message came from, e.g. <c>flow-work-video</c>; null: it was no message that was put aside.</summary>
    public string? Queue { get; init; }

    /// <summary>Id of the message; null: it was none, or had none.</summary>
    public string? MessageId { get; init; }

    /// <summary>The run, where one is named.</summary>
    public Guid? RunId { get; init; }

    /// <summary>The scope, of a work item.</summary>
    public Guid? ScopeId { get; init; }

    /// <summary>The attempt, of a work item.</summary>
    public Guid? Token { get; init; }

    /// <summary>Name of the workflow, where it is known.</summary>
    public string? Workflow { get; init; }

    /// <summary>Version of the workflow, where it is known.</summary>
    public int? Version { get; init; }

    /// <summary>The node, where it is known.</summary>
    public string? Node { get; init; }

    /// <summary>The node's Resource, where it is known.</summary>
    public string? Resource { get; init; }

    /// <summary>The handler, where it is known.</summary>
    public string? Handler { get; init; }

    /// <summary>How often it was tried.</summary>
    public required int Attempts { get; init; }

    /// <summary>Error name, or the full name of the exception.</summary>
    public string? Error { get; init; }

    /// <summary>What happened, for people.</summary>
    public string? Cause { get; init; }

    /// <summary>Alike for letters of the same error at the same place: 16 hexadecimal digits.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>When it failed for good.</summary>
    public required DateTimeOffset FailedAt { get; init; }

    /// <summary>When it was stored here.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>How often it was replayed.</summary>
    public required int Replays { get; init; }
}

/// <summary>A dead letter with all that is known of it: <c>GET /v1/dead-letters/{id}</c> of the monitor.</summary>
public sealed record DeadLetterDetails
{
    /// <summary>What a list says of it.</summary>
    public required DeadLetter Letter { get; init; }

    /// <summary>Input of the attempt; null: not known.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>The message's body as text, where it is text.</summary>
    public string? Body { get; init; }

    /// <summary>The message's body in base64, where it is no text.</summary>
    public string? BodyBase64 { get; init; }

    /// <summary>Media type of the body.</summary>
    public string? ContentType { get; init; }

    /// <summary>Headers of the message, with what the transport added.</summary>
    public JsonElement? Headers { get; init; }

    /// <summary>Stack of the exception, where there was one.</summary>
    public string? Stack { get; init; }

    /// <summary>What was done with it, newest first.</summary>
    public required IReadOnlyList<DeadLetterOutcome> Acts { get; init; }
}

/// <summary>Which dead letters are meant. What is null leaves nothing out, but that acts mean open letters where no status is given.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Only those that stand so.</summary>
    public DeadLetterStatus? Status { get; init; }

    /// <summary>Only those of this kind.</summary>
    public DeadLetterKind? Kind { get; init; }

    /// <summary>Only those of this queue of the broker.</summary>
    public string? Queue { get; init; }

    /// <summary>Only those of this workflow.</summary>
    public string? Workflow { get; init; }

    /// <summary>Only those of this node.</summary>
    public string? Node { get; init; }

    /// <summary>Only those with this fingerprint.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Only those of this run.</summary>
    public Guid? RunId { get; init; }

    /// <summary>Only those that failed at this moment or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only those that failed before this moment.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only those whose error, cause, node or message id holds this text, in any case.</summary>
    public string? Text { get; init; }
}

/// <summary>The dead letters of an act: by their ids, or all that a filter lets through.</summary>
public sealed record DeadLetterSelection
{
    /// <summary>The letters, at most 1,000. Either these or <see cref="Filter"/>.</summary>
    public IReadOnlyList<Guid>? Ids { get; init; }

    /// <summary>All that it lets through, those that failed first, at most 10,000 in one act.</summary>
    public DeadLetterFilter? Filter { get; init; }

    /// <summary>Of a replay of several: how long the first may take to prove itself before the others follow, in seconds, 0 to 600; 0: no canary. Default 10.</summary>
    public int CanarySeconds { get; init; } = 10;

    /// <summary>Of a replay of several: how many a second at the most, 1 to 100. Default 10.</summary>
    public int PerSecond { get; init; } = 10;
}

/// <summary>What <c>POST /v1/dead-letters/{id}/replay</c> of the monitor takes.</summary>
public sealed record ReplayDeadLetter
{
    /// <summary>Of a letter of a run: another input for its node, any JSON value; null: the one it had. Only where the node is of the run's own machine, not of a branch or iteration.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Of another message: another body, as text; null: the one it had.</summary>
    public string? Body { get; init; }
}
