namespace Flow.Transports.Checks;

/// <summary>How a check ended.</summary>
public enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, but something is to be looked at.</summary>
    Warning,

    /// <summary>Does not work, or loses something sooner or later.</summary>
    Problem,

    /// <summary>Could not be checked.</summary>
    Unchecked,
}

/// <summary>What was checked, and what to do.</summary>
/// <param name="Subject">What was checked, e.g. <c>broker</c>.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Finding">What was found, for people.</param>
/// <param name="Remedy">What to do about it; null: nothing.</param>
public sealed record CheckResult(string Subject, CheckStatus Status, string Finding, string? Remedy = null)
{
    /// <summary>Whether somebody answered; null: the check asks nobody anew.</summary>
    public bool? Reached { get; init; }
}
