using System.Diagnostics;

namespace Flow.Chaos.Tests;

/// <summary>Messages come twice, late, after their run has ended, and in another order.</summary>
internal static class MessageFaults
{
    private static readonly string[] Exchanges = ["flow-start-run", "flow-runs", "flow-scopes", "flow-work-chaos"];
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(3);

    /// <summary>Every message that passes is sent once more at once, and once more, in another order, when many of their runs have ended.</summary>
    public static async Task<long> DuplicateAsync(ChaosSite site)
    {
        await using var tap = await MessageTap.OpenAsync(site.Flow.BrokerUri, Exchanges, diverted: false);
        var moment = Stopwatch.GetTimestamp();
        var all = new List<Caught>();
        while (Stopwatch.GetElapsedTime(moment) < Span)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
            var caught = await tap.CatchAsync();
            await tap.SendAsync(caught);
            all.AddRange(caught);
        }

        await Task.Delay(Span, TimeProvider.System);
        await tap.SendAsync(all.Shuffle());
        return moment;
    }

    /// <summary>No message reaches its queue for a while; then all do, in another order.</summary>
    public static async Task<long> DelayAsync(ChaosSite site)
    {
        await using var tap = await MessageTap.OpenAsync(site.Flow.BrokerUri, Exchanges, diverted: true);
        await Task.Delay(Span, TimeProvider.System);
        await tap.RestoreAsync();
        await tap.SendAsync((await tap.CatchAsync()).Shuffle());
        return Stopwatch.GetTimestamp();
    }
}
