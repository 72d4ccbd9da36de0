using System.Diagnostics;

namespace Flow.Chaos.Tests;

/// <summary>One of two processes dies or stands still.</summary>
internal static class ProcessFaults
{
    public static async Task<long> KillOrchestratorAsync(ChaosSite site, int index)
    {
        var moment = Stopwatch.GetTimestamp();
        await site.Orchestrators[index].KillAsync();
        site.Mend(site.StartOrchestratorAsync(index));
        return moment;
    }

    public static async Task<long> KillWorkerAsync(ChaosSite site, int index)
    {
        var moment = Stopwatch.GetTimestamp();
        await site.Workers[index].KillAsync();
        site.Mend(site.StartWorkerAsync(index));
        return moment;
    }

    /// <summary>It holds messages, locks and connections all the while; what it goes on with afterwards must fit what others did.</summary>
    public static Task<long> PauseOrchestratorAsync(ChaosSite site, int index, int seconds) => PauseAsync(site.Orchestrators[index], seconds);

    /// <summary>What it has in hand is given to others by timeout, and its late answers must be refused.</summary>
    public static Task<long> PauseWorkerAsync(ChaosSite site, int index, int seconds) => PauseAsync(site.Workers[index], seconds);

    /// <summary>One of each is told to end in good order while the broker is away, and must end however its connections stand.</summary>
    public static async Task<long> StopDuringOutageAsync(ChaosSite site)
    {
        await site.Servers.RabbitMq.RunAsync("kill");
        FlowProcess[] stopping = [site.Orchestrators[1], site.Workers[1]];
        foreach (var process in stopping)
            process.Terminate();
        await site.Servers.RabbitMq.StartAsync();
        var moment = Stopwatch.GetTimestamp();
        await Task.WhenAll(stopping.Select(process => process.ExitedAsync()));
        site.Mend(site.StartOrchestratorAsync(1));
        site.Mend(site.StartWorkerAsync(1));
        return moment;
    }

    private static async Task<long> PauseAsync(FlowProcess process, int seconds)
    {
        var moment = Stopwatch.GetTimestamp();
        process.Pause();
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        process.Continue();
        return moment;
    }
}
