using System.Diagnostics;

namespace Flow.Chaos.Tests;

/// <summary>How much is started around a fault.</summary>
/// <param name="RunsPerSecond">Starts a second.</param>
/// <param name="RunsBefore">Accepted before the fault strikes.</param>
/// <param name="RunsAfter">Accepted after work has moved again.</param>
internal sealed record Pace(double RunsPerSecond, int RunsBefore, int RunsAfter)
{
    public static Pace Short { get; } = new(RunsPerSecond: 5, RunsBefore: 5, RunsAfter: 2);
}

/// <summary>What came of a fault.</summary>
/// <param name="Fault">Its name.</param>
/// <param name="Findings">The books of the runs that were started around it.</param>
/// <param name="Recovery">Time until a transition was recorded again.</param>
/// <param name="Took">Time of the whole case.</param>
internal sealed record CaseResult(string Fault, Findings Findings, TimeSpan Recovery, TimeSpan Took);

/// <summary>One fault under load: start runs, strike, see work move again, let everything end, audit.</summary>
internal sealed class CaseRunner(ChaosSite site)
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(120);

    private readonly Audit _audit = new(site.Flow, site.Effects, () => site.Orchestrators[0].Http);

    public async Task<CaseResult> RunAsync(Fault fault, Pace pace, Severity severity)
    {
        var began = Stopwatch.GetTimestamp();
        await using var starter = new Starter(site.Flow.BrokerUri, which => site.Orchestrators[which % ChaosSite.Pair].Http);
        await using var load = new LoadGenerator(starter, pace.RunsPerSecond);
        await load.MoreAsync(pace.RunsBefore);
        var moment = await fault.Strike(site, severity);
        var recovery = await site.Pulse.MovedAfterAsync(moment);
        await load.MoreAsync(pace.RunsAfter);
        await load.StopAsync();
        await site.MendedAsync();
        await EndAsync(load.Accepted.Keys);

        var findings = await _audit.OfAsync(load.Accepted);
        var problems = findings.Problems.ToList();
        problems.AddRange(await Leftovers.InQueuesAsync(site.Flow));
        if (fault.MakesItemsLate && findings.DoneAgain == 0)
            problems.Add("no item was late: the fault did not do what it should");
        return new CaseResult(fault.Name, findings with { Problems = problems }, recovery, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Waits until the runs have ended, or have had the time to.</summary>
    private async Task EndAsync(IEnumerable<Guid> runs)
    {
        try
        {
            await Waiting.UntilAsync("the runs to end", () => _audit.OpenAsync(runs), open => open == 0, EndLimit);
        }
        catch (TimeoutException)
        {
            // The audit says which, and where they stand.
        }
    }
}
