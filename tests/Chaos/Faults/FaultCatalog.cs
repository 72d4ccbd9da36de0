using System.Diagnostics;

namespace Flow.Chaos.Tests;

/// <summary>Every fault that strikes one site.</summary>
internal static class FaultCatalog
{
    /// <summary>Longer than the heartbeats and the timeout of the workload's slow node.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(8);

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("orchestrator killed", (site, _) => KillOrchestratorAsync(site, 1)),
        new("worker killed", (site, _) => KillWorkerAsync(site, 1)),
        new("broker killed", (site, severity) => ServerDownAsync(site.Servers.RabbitMq, "kill", severity.DownSeconds)),
        new("broker restarted", (site, _) => ServerDownAsync(site.Servers.RabbitMq, "stop", 0)),
        new("database killed", (site, severity) => ServerDownAsync(site.Servers.Postgres, "kill", severity.DownSeconds)),
        new("database stopped at once", (site, severity) => ServerDownAsync(site.Servers.Postgres, "immediate", severity.DownSeconds)),
        new("database unavailable", (site, severity) => ServerDownAsync(site.Servers.Postgres, "stop", severity.OutageSeconds)),
    ];

    private static async Task<long> KillOrchestratorAsync(ChaosSite site, int index)
    {
        var moment = Stopwatch.GetTimestamp();
        await site.Orchestrators[index].KillAsync();
        await site.StartOrchestratorAsync(index);
        return moment;
    }

    private static async Task<long> KillWorkerAsync(ChaosSite site, int index)
    {
        var moment = Stopwatch.GetTimestamp();
        await site.Workers[index].KillAsync();
        await site.StartWorkerAsync(index);
        return moment;
    }

    private static async Task<long> ServerDownAsync(ServerScript server, string how, int seconds)
    {
        await server.RunAsync(how);
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        await server.StartAsync();
        return Stopwatch.GetTimestamp();
    }
}
