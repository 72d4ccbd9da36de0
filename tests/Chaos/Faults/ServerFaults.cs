using System.Diagnostics;
using Npgsql;

namespace Flow.Chaos.Tests;

/// <summary>The broker, the database or the way to them is gone for a while.</summary>
internal static class ServerFaults
{
    private static readonly TimeSpan CutTime = TimeSpan.FromSeconds(1);

    public static Task<long> BrokerDownAsync(ChaosSite site, string how, int seconds) => DownAsync(site.Servers.RabbitMq, how, seconds);

    public static async Task<long> DatabaseDownAsync(ChaosSite site, string how, int seconds)
    {
        var moment = await DownAsync(site.Servers.Postgres, how, seconds);
        // The test's own connections are as dead as everybody's.
        NpgsqlConnection.ClearAllPools();
        return moment;
    }

    /// <summary>The node that every process is connected to dies; they find another, as behind a load balancer.</summary>
    public static async Task<long> NodeLostAsync(ChaosSite site)
    {
        var moment = Stopwatch.GetTimestamp();
        await site.Servers.OtherNodes[0].RunAsync("kill");
        foreach (var relay in site.ToBrokers)
            relay.Target = site.Servers.OtherNodePorts[1];
        site.Mend(RejoinAsync(site));
        return moment;
    }

    /// <summary>Every connection of every process breaks, and new ones are refused for a moment.</summary>
    public static async Task<long> CutAsync(ChaosSite site)
    {
        foreach (var relay in site.Relays)
            relay.Cut();
        await Task.Delay(CutTime, TimeProvider.System);
        foreach (var relay in site.Relays)
            relay.Open();
        return Stopwatch.GetTimestamp();
    }

    private static async Task RejoinAsync(ChaosSite site)
    {
        await site.Servers.OtherNodes[0].StartAsync();
        foreach (var relay in site.ToBrokers)
            relay.Target = site.Servers.OtherNodePorts[0];
    }

    private static async Task<long> DownAsync(ServerScript server, string how, int seconds)
    {
        await server.RunAsync(how);
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        await server.StartAsync();
        return Stopwatch.GetTimestamp();
    }
}
