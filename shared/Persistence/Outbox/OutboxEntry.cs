namespace Flow.Persistence;

/// <summary>A message that is to be sent; its row is deleted once the broker has confirmed it.</summary>
public sealed class OutboxEntry
{
    /// <summary>Most attempts of the sweeper before a row is parked.</summary>
    public const int AttemptLimit = 10;

    /// <summary>Sequential id: the order of sending.</summary>
    public required Guid Id { get; init; }

    /// <summary>When the message is to leave, UTC: at once, or later for a delayed message.</summary>
    public required DateTime DueAt { get; init; }

    /// <summary>The sweeper leaves the row alone until then, UTC: the lease of whoever sends it now, the delay, or the pause after a failed attempt.</summary>
    public required DateTime NotBefore { get; set; }

    /// <summary>Nobody leased the row when it was written: it waits for its delay.</summary>
    internal bool IsDelayed => NotBefore == DueAt;

    /// <summary>Address of the queue or exchange.</summary>
    public required string Destination { get; init; }

    /// <summary>Id of the message.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The rest of the envelope as JSON (<see cref="Envelope"/>).</summary>
    public required string Envelope { get; init; }

    /// <summary>The serialized message, byte for byte as it is sent.</summary>
    public required byte[] Body { get; init; }

    /// <summary>Attempts that failed while the broker was well.</summary>
    public int Attempts { get; set; }

    /// <summary>What the last failed attempt said.</summary>
    public string? Error { get; set; }

    /// <summary>When the row was given up, UTC; it stays for an operator and nobody sends it. To try again: set to null and Attempts to 0.</summary>
    public DateTime? ParkedAt { get; set; }
}
