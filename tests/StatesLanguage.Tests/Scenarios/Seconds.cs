using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

/// <summary>Times of a run as numbers, for tables.</summary>
internal static class Seconds
{
    public static Reply After(this Reply reply, double seconds) => reply.After(TimeSpan.FromSeconds(seconds));

    /// <summary>The delays before the attempts, the first one's (0) included.</summary>
    public static double[] Delays(this WorkflowRun run, string node) => [.. run.Attempts(node).Select(a => a.After.TotalSeconds)];

    /// <summary>When the attempts were dispatched.</summary>
    public static double[] Dispatches(this WorkflowRun run, string node) => [.. run.Attempts(node).Select(a => a.At.TotalSeconds)];
}
