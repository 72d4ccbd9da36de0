namespace Flow.Contracts;

/// <summary>
/// Asks for a payload that was too large for its message (<see cref="NodeWorkItem.InputReference"/>), part by part. From a worker to the queue <see cref="QueueNames.Payloads"/>;
/// answered with <see cref="PayloadPart"/> or <see cref="PayloadRefused"/>. At least once; repeats are harmless.
/// </summary>
public sealed record ReadPayload
{
    /// <summary>The payload.</summary>
    public required Guid Reference { get; init; }

    /// <summary>Where the part begins, in bytes from 0; the next one begins where the last one ended.</summary>
    public required int Offset { get; init; }
}

/// <summary>A part of a payload. From the orchestrator to whoever asked with <see cref="ReadPayload"/>. At least once.</summary>
public sealed record PayloadPart
{
    /// <summary>The payload.</summary>
    public required Guid Reference { get; init; }

    /// <summary>Where the part begins, in bytes from 0.</summary>
    public required int Offset { get; init; }

    /// <summary>Bytes of the whole payload.</summary>
    public required int TotalBytes { get; init; }

    /// <summary>The part: bytes of the payload's JSON in UTF-8; in JSON as base64. A character may be cut in two at its ends.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Whether the payload ends with it.</summary>
    public required bool IsLast { get; init; }
}

/// <summary>
/// Stores a part of an output that is too large for its message, before the <see cref="NodeSucceeded"/> that names its reference. From a worker to the queue
/// <see cref="QueueNames.Payloads"/>; answered with <see cref="PayloadPartStored"/> or <see cref="PayloadRefused"/>. At least once; the same part again changes nothing.
/// </summary>
public sealed record WritePayloadPart
{
    /// <summary>The payload: a new id, chosen by the sender, for each time it stores an output.</summary>
    public required Guid Reference { get; init; }

    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The scope, as in the work item.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>The attempt whose output it is; it must be outstanding when the first part comes.</summary>
    public required Guid Token { get; init; }

    /// <summary>Where the part begins, in bytes from 0. Parts come in order and leave no gap.</summary>
    public required int Offset { get; init; }

    /// <summary>Bytes of the whole payload, the same in every part.</summary>
    public required int TotalBytes { get; init; }

    /// <summary>The part: bytes of the payload's JSON in UTF-8; in JSON as base64.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }
}

/// <summary>The part is stored. From the orchestrator to whoever sent <see cref="WritePayloadPart"/>. At least once.</summary>
public sealed record PayloadPartStored
{
    /// <summary>The payload.</summary>
    public required Guid Reference { get; init; }

    /// <summary>Where the part begins, in bytes from 0.</summary>
    public required int Offset { get; init; }
}

/// <summary>A payload cannot be had, or not be stored; asking again cannot help. From the orchestrator to whoever asked. At least once.</summary>
public sealed record PayloadRefused
{
    /// <summary>The payload.</summary>
    public required Guid Reference { get; init; }

    /// <summary>Stable reason: <c>unknown-payload</c>, <c>token-not-outstanding</c>, <c>payload-too-large</c>, <c>invalid-request</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>What is wrong, for people.</summary>
    public required string Message { get; init; }
}
