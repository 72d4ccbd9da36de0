namespace Flow.Chaos.Tests;

/// <summary>Something that goes wrong.</summary>
/// <param name="Name">Its name in the table, and that of its test.</param>
/// <param name="Strike">
/// Does it, and mends what a supervisor would mend (a killed process is started again). Returns the moment (of <see cref="System.Diagnostics.Stopwatch"/>) from
/// which work should move again: that of the kill where somebody is left to work, else the end of the outage.
/// </param>
internal sealed record Fault(string Name, Func<ChaosSite, Severity, Task<long>> Strike)
{
    /// <summary>Whether it takes too long for the short version.</summary>
    public bool IsLong { get; init; }

    /// <summary>Whether work items were late on purpose: the test then sees to it that some were.</summary>
    public bool MakesItemsLate { get; init; }
}

/// <summary>How long outages are.</summary>
/// <param name="OutageSeconds">The database is unavailable for so long.</param>
/// <param name="PauseSeconds">A process stands still for so long; longer than the timeout (4 s) and the heartbeats (3 s) of the workload's slow node.</param>
/// <param name="DownSeconds">A killed server is down for so long before it is started again.</param>
internal sealed record Severity(int OutageSeconds, int PauseSeconds, int DownSeconds)
{
    public static Severity Short { get; } = new(OutageSeconds: 8, PauseSeconds: 6, DownSeconds: 1);

    public static Severity Full { get; } = new(OutageSeconds: 30, PauseSeconds: 20, DownSeconds: 5);
}
