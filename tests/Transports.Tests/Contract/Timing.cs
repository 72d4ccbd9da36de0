using System.Collections.Concurrent;
using System.Diagnostics;
using Flow.Transports.Tests.Brokers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Tests.Contract;

public abstract partial class TransportContract
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(700);

    // capability 79
    [Fact]
    public async Task Should_deliver_a_delayed_message_not_before_its_time()
    {
        Needs(Capability.Delay);
        var host = await StartHostAsync();
        var handled = new ConcurrentQueue<(int Number, TimeSpan After)>();
        var clock = Stopwatch.StartNew();
        await host.ServeAsync<Numbered>("delayed", context =>
        {
            handled.Enqueue((context.Message.Number, clock.Elapsed));
            return Task.CompletedTask;
        });
        await using var scope = host.Services.CreateAsyncScope();
        var scheduler = scope.ServiceProvider.GetRequiredService<IMessageScheduler>();

        clock.Restart();
        await scheduler.ScheduleSend(new Uri("queue:delayed"), Delay, new Numbered(1), TestContext.Current.CancellationToken);
        await host.SendAsync("delayed", new Numbered(2));

        await Until.TrueAsync(() => handled.Count == 2);
        handled.Select(h => h.Number).ShouldBe([2, 1]);
        handled.Last().After.ShouldBeGreaterThanOrEqualTo(Delay - TimeSpan.FromMilliseconds(20));
    }

    // capability 80
    [Fact]
    public async Task Should_not_deliver_a_scheduled_message_that_was_cancelled()
    {
        Needs(Capability.Cancellation);
        var host = await StartHostAsync();
        var handled = new ConcurrentBag<int>();
        await host.ServeAsync<Numbered>("cancelled", context => Keep(handled, context.Message.Number));
        await using var scope = host.Services.CreateAsyncScope();
        var scheduler = scope.ServiceProvider.GetRequiredService<IMessageScheduler>();
        var address = new Uri("queue:cancelled");

        var cancelled = await scheduler.ScheduleSend(address, Delay, new Numbered(1), TestContext.Current.CancellationToken);
        await scheduler.CancelScheduledSend(address, cancelled.TokenId, TestContext.Current.CancellationToken);
        // Due later than the cancelled one: when it has come, the other one never will.
        await scheduler.ScheduleSend(address, Delay * 2, new Numbered(2), TestContext.Current.CancellationToken);

        await Until.TrueAsync(() => handled.Contains(2));
        handled.ShouldBe([2]);
    }

    // capability 64
    [Fact]
    public async Task Should_renew_the_lease_of_a_message_while_it_is_handled()
    {
        Needs(Capability.Leases);
        var lease = TimeSpan.FromSeconds(1);
        var one = await StartHostAsync();
        var two = await StartHostAsync();
        var deliveries = 0;
        var clock = new Stopwatch();
        var ended = 0;
        foreach (var host in new[] { one, two })
        {
            await host.ServeAsync<Numbered>(
                "leased",
                async _ =>
                {
                    Interlocked.Increment(ref deliveries);
                    clock.Start();
                    await Until.TrueAsync(() => clock.Elapsed > lease * 3);
                    Interlocked.Increment(ref ended);
                },
                e => ((ISqlReceiveEndpointConfigurator)e).LockDuration = lease);
        }

        await one.SendAsync("leased", new Numbered(1));
        await Until.TrueAsync(() => ended > 0);
        deliveries.ShouldBe(1);
    }

    [Fact]
    public async Task Should_deliver_by_priority()
    {
        Needs(Capability.Priority);
        var host = await StartHostAsync();
        short[] priorities = [100, 150, 50, 100];
        foreach (var (priority, number) in priorities.Select((priority, number) => (priority, number)))
            await host.SendAsync("prioritized", new Numbered(number), context => context.SetPriority(priority));

        var handled = new ConcurrentQueue<int>();
        await host.ServeAsync<Numbered>(
            "prioritized",
            context =>
            {
                handled.Enqueue(context.Message.Number);
                return Task.CompletedTask;
            },
            e => e.ConcurrentMessageLimit = 1);

        await Until.TrueAsync(() => handled.Count == 4);
        handled.ShouldBe([2, 0, 3, 1]);
    }
}
