using Flow.Contracts;
using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.Timers;

namespace Flow.Orchestrator.Runs;

/// <summary>A start that was looked at and found good. From the intake to the run saga.</summary>
public sealed record BeginRun
{
    public required Guid RunId { get; init; }

    /// <summary>What was asked for; without the input, where that is stored.</summary>
    public required StartRun Request { get; init; }

    /// <summary>The input, where it is too large for the message; null: the request has it.</summary>
    public Guid? InputReference { get; init; }

    /// <summary>The version it is bound to from now on.</summary>
    public required int Version { get; init; }

    /// <summary>SHA-256 of what was asked for.</summary>
    public required string RequestHash { get; init; }

    /// <summary>The attempt that starts it; null: it is nobody's child.</summary>
    public ParentAttempt? Parent { get; init; }
}

/// <summary>Answer to <see cref="BeginRun"/>: the run exists, begun now or by an earlier message.</summary>
public sealed record RunBegun(Guid RunId);

/// <summary>A child scope ended. From the scope saga to its parent's.</summary>
public sealed record ScopeClosed
{
    public required Guid RunId { get; init; }

    public required Guid ParentId { get; init; }

    public required Guid GroupToken { get; init; }

    public required int Index { get; init; }

    public required bool Succeeded { get; init; }

    public string? Error { get; init; }

    public string? Cause { get; init; }
}

/// <summary>Start the next children of a wide group. From a scope to itself, so that no transaction grows with the width.</summary>
public sealed record ReleaseScopes(Guid RunId, Guid ScopeId, Guid GroupToken, int Count);

/// <summary>A timer fell due. From the timer service to the scope.</summary>
public sealed record TimerFired(Guid RunId, Guid ScopeId, Guid Token, DueKind Kind);

/// <summary>Tell the next of the messages that were held while the run was paused. From a run to itself, so that no transaction grows with their number.</summary>
public sealed record ReleaseHeld(Guid RunId);
