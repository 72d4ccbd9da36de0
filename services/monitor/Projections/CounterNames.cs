using Flow.Monitor.Data;

namespace Flow.Monitor.Projections;

/// <summary>Names of the stored totals; the metrics' names follow them.</summary>
internal static class CounterNames
{
    public const string RunsStarted = "runs.started";
    public const string RunsRejected = "runs.rejected";
    public const string DeadLettersRemoved = "dead_letters.removed";
    public const string NodesSucceeded = "nodes.succeeded";
    public const string NodesFailed = "nodes.failed";
    public const string NodesRetried = "nodes.retried";

    public static string? Of(RunFact fact) => fact switch
    {
        RunFact.Started => RunsStarted,
        RunFact.Succeeded => "runs.succeeded",
        RunFact.Failed => "runs.failed",
        RunFact.Cancelled => "runs.cancelled",
        RunFact.TimedOut => "runs.timed_out",
        _ => null,
    };
}
