using System.Collections.Concurrent;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Tests.Contract;

public abstract partial class TransportContract
{
    // capability 61
    [Fact]
    public async Task Should_keep_messages_over_a_restart()
    {
        Needs(Capability.Durability);
        var before = await StartHostAsync();
        foreach (var number in Enumerable.Range(0, 20))
            await before.SendAsync("kept", new Numbered(number));
        await StopHostAsync(before);

        var after = await StartHostAsync();
        var handled = new ConcurrentBag<int>();
        await after.ServeAsync<Numbered>("kept", context => Keep(handled, context.Message.Number));

        await Until.TrueAsync(() => handled.Count == 20);
        handled.Order().ShouldBe(Enumerable.Range(0, 20));
    }

    // capability 60
    [Fact]
    public async Task Should_give_back_at_once_what_a_stopping_consumer_did_not_begin()
    {
        Needs(Capability.SeveralBuses);
        var one = await StartHostAsync();
        var two = await StartHostAsync();
        using var released = new SemaphoreSlim(0);
        var began = 0;
        await one.ServeAsync<Numbered>(
            "returned",
            async _ =>
            {
                Interlocked.Increment(ref began);
                await released.WaitAsync();
            },
            e =>
            {
                e.ConcurrentMessageLimit = 1;
                e.PrefetchCount = 8;
            });
        foreach (var number in Enumerable.Range(0, 8))
            await one.SendAsync("returned", new Numbered(number));
        await Until.TrueAsync(() => began == 1);

        var stop = StopHostAsync(one);
        released.Release(8);
        await stop;
        var handled = new ConcurrentBag<int>();
        await two.ServeAsync<Numbered>("returned", context => Keep(handled, context.Message.Number));

        await Until.TrueAsync(() => handled.Count + began >= 8, seconds: 20);
        handled.Count.ShouldBe(handled.Distinct().Count());
    }

    // capabilities 60, 61: at least once, and nothing acknowledged to a sender is lost
    [Fact]
    public async Task Should_lose_nothing_when_the_process_is_killed()
    {
        Needs(Capability.Durability);
        var directory = Directory.CreateTempSubdirectory("flow-crash-");
        var log = Path.Combine(directory.FullName, "effects.log");
        try
        {
            for (var crash = 1; crash <= 2; crash++)
            {
                await using var child = CrashChild.Start(broker.Settings, log, CrashChild.Work);
                var goal = crash * 300;
                await Until.TrueAsync(() => CrashChild.Read(log, "sent").Count >= goal && CrashChild.Read(log, "handled").Count >= goal / 3);
            }

            await using var last = CrashChild.Start(broker.Settings, log, CrashChild.Drain);
            await Until.TrueAsync(() => CrashChild.Read(log, "sent").IsSubsetOf(CrashChild.Read(log, "handled")));
        }
        finally
        {
            var lost = CrashChild.Read(log, "sent").Except(CrashChild.Read(log, "handled")).ToList();
            directory.Delete(recursive: true);
            lost.ShouldBeEmpty();
        }
    }
}
