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
        for (var second = 0; second < Span.TotalSeconds; second++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            await tap.CatchAsync();
            await tap.SendAllAsync();
        }

        await tap.CatchAsync();
        await Task.Delay(Span, TimeProvider.System);
        tap.Shuffle();
        await tap.SendAllAsync();
        return moment;
    }

    /// <summary>No message reaches its queue for a while; then all do, in another order.</summary>
    public static async Task<long> DelayAsync(ChaosSite site)
    {
        await using var tap = await MessageTap.OpenAsync(site.Flow.BrokerUri, Exchanges, diverted: true);
        await Task.Delay(Span, TimeProvider.System);
        await tap.RestoreAsync();
        await tap.CatchAsync();
        tap.Shuffle();
        await tap.SendAllAsync();
        return Stopwatch.GetTimestamp();
    }
}
