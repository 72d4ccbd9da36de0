using Flow.Contracts.Api;

namespace Flow.Client;

/// <summary>What a run's status means.</summary>
public static class RunStatusExtensions
{
    /// <summary>Whether the run has ended and will not change by itself any more.</summary>
    public static bool IsTerminal(this RunStatus status) => status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled or RunStatus.TimedOut;
}
