using System.Diagnostics;

namespace Flow.Chaos.Tests;

/// <summary>The first orchestrator is killed at one point of a transition.</summary>
internal static class CommitFaults
{
    /// <summary>The frame basic.ack of AMQP, from its length to its method: from a client, a message is done with; from the broker, one is confirmed.</summary>
    private static readonly byte[] Acknowledgement = [0, 0, 0, 13, 0, 60, 0, 80];

    /// <summary>Everything is written; nothing of it may remain.</summary>
    public static Task<long> BeforeCommitAsync(ChaosSite site) => AtAsync(site, CommitPoints.Commit, rollBack: true);

    /// <summary>The commit goes through, but its process does not live to see it: nobody has sent what was committed.</summary>
    public static Task<long> AfterCommitAsync(ChaosSite site) => AtAsync(site, CommitPoints.Commit, rollBack: false);

    /// <summary>The broker has the messages and their rows are still there: they will be sent again.</summary>
    public static Task<long> BeforeDeleteAsync(ChaosSite site) => AtAsync(site, CommitPoints.OutboxDelete, rollBack: true);

    /// <summary>The broker has a message, and its confirm is on its way when the process dies.</summary>
    public static async Task<long> AfterSendAsync(ChaosSite site)
    {
        var relay = site.ToBroker(0);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        relay.StopsReceived = bytes => Stops(bytes, stopped);
        await stopped.Task.WaitAsync(Patience.Limit);
        var moment = await KillAsync(site);
        relay.StopsReceived = null;
        site.Mend(site.StartOrchestratorAsync(0));
        return moment;
    }

    /// <summary>All is done but for the acknowledgement of what caused it: it will come again.</summary>
    public static async Task<long> BeforeAcknowledgeAsync(ChaosSite site)
    {
        var relay = site.ToBroker(0);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        relay.StopsSent = bytes => Stops(bytes, stopped);
        await stopped.Task.WaitAsync(Patience.Limit);
        var moment = await KillAsync(site);
        relay.StopsSent = null;
        site.Mend(site.StartOrchestratorAsync(0));
        return moment;
    }

    private static bool Stops(ReadOnlyMemory<byte> bytes, TaskCompletionSource stopped) =>
        bytes.Span.IndexOf(Acknowledgement) >= 0 && (stopped.TrySetResult() || true);

    private static async Task<long> AtAsync(ChaosSite site, string point, bool rollBack)
    {
        long moment = 0;
        await CommitPoints.AtAsync(site.Flow, point, async () =>
        {
            moment = await KillAsync(site);
            if (rollBack)
                await CommitPoints.RollBackAsync(site.Flow);
        });
        site.Mend(site.StartOrchestratorAsync(0));
        return moment;
    }

    private static async Task<long> KillAsync(ChaosSite site)
    {
        var moment = Stopwatch.GetTimestamp();
        await site.Orchestrators[0].KillAsync();
        return moment;
    }
}
