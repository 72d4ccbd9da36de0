namespace Flow.Orchestrator.Payloads;

/// <summary>A part of a payload that is too large for its message, from when it is stored until what waits for it is over.</summary>
public sealed class PayloadRow
{
    /// <summary>The payload.</summary>
    public Guid Reference { get; set; }

    /// <summary>Where the part begins, in bytes from 0.</summary>
    public int Offset { get; set; }

    /// <summary>The run it belongs to.</summary>
    public Guid RunId { get; set; }

    public Guid ScopeId { get; set; }

    /// <summary>The attempt whose input or output it is; of the input of a run that is to begin: the run's id.</summary>
    public Guid Token { get; set; }

    /// <summary>Bytes of the whole payload.</summary>
    public int TotalBytes { get; set; }

    /// <summary>Part of the payload's JSON in UTF-8.</summary>
    public byte[] Bytes { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }
}
