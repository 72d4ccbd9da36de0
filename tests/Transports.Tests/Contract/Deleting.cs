using System.Collections.Concurrent;
using Flow.Transports.Tests.Brokers;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Tests.Contract;

public abstract partial class TransportContract
{
    // capability 85
    [Fact]
    public async Task Should_delete_a_queue_only_when_it_holds_nothing_and_make_it_anew_for_who_sends()
    {
        Needs(Capability.QueueDeletion);
        var host = await StartHostAsync();
        var queues = host.Services.GetRequiredService<IBrokerQueues>();
        await host.SendAsync("deletable", new Numbered(1));
        (await DeleteAsync(queues, "never-there", "deletable")).ShouldBeFalse();

        var handled = new ConcurrentBag<int>();
        var endpoint = await host.ServeAsync<Numbered>("deletable", context => Keep(handled, context.Message.Number));
        await Until.TrueAsync(() => handled.Count == 1);
        await endpoint.StopAsync(TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => DeleteAsync(queues, "never-there", "deletable"));
        (await queues.LookAsync(["deletable"], TestContext.Current.CancellationToken)).ShouldBeEmpty();

        await host.SendAsync("deletable", new Numbered(2));
        await host.ServeAsync<Numbered>("deletable", context => Keep(handled, context.Message.Number));
        await Until.TrueAsync(() => handled.Count == 2);
        handled.Order().ShouldBe([1, 2]);
    }

    // capability 85
    [Fact]
    public async Task Should_lose_nothing_that_is_sent_while_its_queue_is_deleted()
    {
        Needs(Capability.QueueDeletion);
        // RabbitMQ knows who consumes.
        var isDeletedUnderReceivers = broker.WhyNot(Capability.Leases) is null;
        var host = await StartHostAsync();
        var queues = host.Services.GetRequiredService<IBrokerQueues>();
        var handled = new ConcurrentDictionary<int, bool>();
        await host.ServeAsync<Numbered>("deletable", context =>
        {
            handled[context.Message.Number] = true;
            return Task.CompletedTask;
        });

        using var enough = new CancellationTokenSource();
        var sending = Task.Run(async () =>
        {
            // With pauses, in which the queue is empty.
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            var sent = 0;
            for (; !enough.IsCancellationRequested; sent++)
            {
                await host.SendAsync("deletable", new Numbered(sent));
                await timer.WaitForNextTickAsync();
            }

            return sent;
        });
        var (tries, deleted) = (0, 0);
        await Until.TrueAsync(async () =>
        {
            deleted += await DeleteAsync(queues, "deletable") ? 1 : 0;
            return isDeletedUnderReceivers ? deleted == 3 : ++tries == 20;
        });
        await enough.CancelAsync();
        var sent = await sending;

        await Until.TrueAsync(() => handled.Count == sent);
        deleted.ShouldBe(isDeletedUnderReceivers ? 3 : 0);
    }

    private static Task<bool> DeleteAsync(IBrokerQueues queues, params string[] names) => queues.DeleteAsync(names, TestContext.Current.CancellationToken);
}
