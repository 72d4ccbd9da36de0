namespace Flow.Chaos.Tests;

/// <summary>Every fault that strikes one site.</summary>
internal static class FaultCatalog
{
    /// <summary>The one that strikes a site on a cluster of three brokers.</summary>
    public static Fault NodeLost { get; } = new("node of the broker's cluster lost", (site, _) => ServerFaults.NodeLostAsync(site));

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("orchestrator killed", (site, _) => ProcessFaults.KillOrchestratorAsync(site, 1)),
        new("orchestrator killed before its commit", (site, _) => CommitFaults.BeforeCommitAsync(site)),
        new("orchestrator killed after its commit", (site, _) => CommitFaults.AfterCommitAsync(site)),
        new("orchestrator killed after its send", (site, _) => CommitFaults.AfterSendAsync(site)),
        new("orchestrator killed before it deletes", (site, _) => CommitFaults.BeforeDeleteAsync(site)),
        new("orchestrator killed before it acknowledges", (site, _) => CommitFaults.BeforeAcknowledgeAsync(site)),
        new("orchestrator paused", (site, severity) => ProcessFaults.PauseOrchestratorAsync(site, 1, severity.PauseSeconds)),
        new("worker killed", (site, _) => ProcessFaults.KillWorkerAsync(site, 1)),
        new("worker paused beyond its time", (site, severity) => ProcessFaults.PauseWorkerAsync(site, 1, severity.PauseSeconds)) { MakesItemsLate = true },
        new("connections cut", (site, _) => ServerFaults.CutAsync(site)),
        new("broker killed", (site, severity) => ServerFaults.BrokerDownAsync(site, "kill", severity.DownSeconds)),
        new("broker restarted", (site, _) => ServerFaults.BrokerDownAsync(site, "stop", 0)),
        new("database killed", (site, severity) => ServerFaults.DatabaseDownAsync(site, "kill", severity.DownSeconds)),
        new("database stopped at once", (site, severity) => ServerFaults.DatabaseDownAsync(site, "immediate", severity.DownSeconds)),
        new("database unavailable", (site, severity) => ServerFaults.DatabaseDownAsync(site, "stop", severity.OutageSeconds)),
        new("processes stopped while the broker is away", (site, _) => ProcessFaults.StopDuringOutageAsync(site)) { IsLong = true },
        new("messages duplicated", (site, _) => MessageFaults.DuplicateAsync(site)) { MakesItemsLate = true },
        new("messages delayed and reordered", (site, _) => MessageFaults.DelayAsync(site)),
    ];
}
