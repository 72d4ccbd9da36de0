using Flow.Contracts.Api;

namespace Flow.Orchestrator.Explaining;

/// <summary>What lets the reconciler make a scope go on whose message was lost.</summary>
internal enum Remedy
{
    /// <summary>There is none that does no harm.</summary>
    None,

    /// <summary>Set the timer of its token again.</summary>
    Timer,

    /// <summary>Start the next child of its group.</summary>
    Release,

    /// <summary>Have the run that it waits for tell its end again.</summary>
    ChildRun,
}

/// <summary>What holds one scope.</summary>
/// <param name="Reason">Why; <see cref="HoldReason.Moving"/> when nothing that should hold it is there, which is normal as long as a message is on its way.</param>
/// <param name="Actor">Who can make it go on.</param>
/// <param name="Text">What it is, for people.</param>
internal sealed record Finding(HoldReason Reason, HoldActor Actor, string Text)
{
    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>What to do about it when it stays so.</summary>
    public Remedy Remedy { get; init; }

    /// <summary>Which timer the <see cref="Remedy.Timer"/> is.</summary>
    public Timers.DueKind? Timer { get; init; }
}
