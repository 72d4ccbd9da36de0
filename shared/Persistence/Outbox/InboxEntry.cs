namespace Flow.Persistence;

/// <summary>A message that one consumer has consumed; its presence makes a later copy a duplicate.</summary>
public sealed class InboxEntry
{
    /// <summary>Id of the message.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>Id of endpoint, consumer type and message type.</summary>
    public required Guid ConsumerId { get; init; }

    /// <summary>When it was consumed, UTC.</summary>
    public required DateTime Received { get; init; }
}
