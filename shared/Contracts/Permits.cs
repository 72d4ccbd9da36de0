namespace Flow.Contracts;

/// <summary>
/// Asks for permits of a rate that several processes share. From a worker to the orchestrator, at the queue <see cref="QueueNames.Permits"/>, which answers with <see cref="PermitsReserved"/>. The permits of a key are
/// <see cref="PeriodSeconds"/> / <see cref="Permits"/> apart, but for bursts, and none is given twice. At least once; a repeat reserves others, and what nobody uses is lost.
/// </summary>
public sealed record ReservePermits
{
    /// <summary>What the rate is counted by; 1 to <see cref="PermitLimits.MaxKeyLength"/> characters. All who name the same key share its permits.</summary>
    public required string Key { get; init; }

    /// <summary>Permits of the key in a period; 1 to <see cref="PermitLimits.MaxPermits"/>.</summary>
    public required int Permits { get; init; }

    /// <summary>Length of the period in seconds; 1 to <see cref="PermitLimits.MaxPeriodSeconds"/>.</summary>
    public required int PeriodSeconds { get; init; }

    /// <summary>Permits that may be used at once when none was used for long; 1 (default) to <see cref="PermitLimits.MaxPermits"/>. In any period there are at most <see cref="Permits"/> + Burst - 1.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>Permits wanted; 1 (default) to <see cref="PermitLimits.MaxCount"/>.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Seconds from now after which a permit is of no use, so that it is not reserved; 0 (default) to <see cref="PermitLimits.MaxWaitSeconds"/>.</summary>
    public double MaxWaitSeconds { get; init; }

    /// <summary>Seconds from now before which a permit is of no use, as answers take so long to come; 0 (default) to <see cref="MaxWaitSeconds"/>. Bursts are forgone then.</summary>
    public double LeadSeconds { get; init; }
}

/// <summary>
/// Permits that were reserved. From the orchestrator to whoever asked with <see cref="ReservePermits"/>. At least once. A permit is for a moment, and is used within <see cref="PermitLimits.UseSeconds"/> of it, or not at
/// all: not before that moment counted from when this came, and not after its end counted from when it was asked for.
/// </summary>
public sealed record PermitsReserved
{
    /// <summary>How many. They are fewer than were wanted, or none, where the others would be for a moment too late to be of use.</summary>
    public required int Count { get; init; }

    /// <summary>Seconds from now to the moment of the first; if there are none, to that of the next one there will be. Less than 0: that is past.</summary>
    public required double WaitSeconds { get; init; }

    /// <summary>Seconds from the moment of one permit to that of the next.</summary>
    public required double IntervalSeconds { get; init; }
}

/// <summary>Bounds of permits.</summary>
public static class PermitLimits
{
    /// <summary>Longest key, in characters.</summary>
    public const int MaxKeyLength = 200;

    /// <summary>Most permits in a period, and in a burst.</summary>
    public const int MaxPermits = 100_000;

    /// <summary>Longest period, in seconds: a day.</summary>
    public const int MaxPeriodSeconds = 86_400;

    /// <summary>Most permits of one request.</summary>
    public const int MaxCount = 1_000;

    /// <summary>How far ahead permits are reserved at the most, in seconds.</summary>
    public const int MaxWaitSeconds = 60;

    /// <summary>How long after its moment a permit may be used, in seconds.</summary>
    public const double UseSeconds = 0.5;
}
