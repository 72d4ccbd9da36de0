using System.Diagnostics;
using Flow.Transports.Queues;
using Flow.Transports.Redis;
using Flow.Transports.Tests.Brokers;
using StackExchange.Redis;

namespace Flow.Transports.Tests;

/// <summary>How those who use the queues in Redis wait, live and die.</summary>
public sealed class RedisProcessTests : RedisQueueBed
{
    // capability 85
    [Fact]
    public async Task Should_spare_a_queue_of_which_a_message_is_in_hand_and_tell_receivers_that_it_is_deleted()
    {
        await using var broker = new RedisQueues(RedisBroker.SettingsOf(Broker.Settings));
        await QueueDeletion.ShouldSpareWhatIsInHandAndTellReceiversAsync(Queues, QueueId, broker);
    }

    // capability 63
    [Fact]
    public async Task Should_wait_for_a_message_without_looking_again()
    {
        var packets = 0;
        Broker.Relay.StopsSent = _ => Interlocked.Increment(ref packets) < 0;
        Broker.Relay.Open();
        await using var counted = RedisBroker.Open(Broker.UnreachableSettings);
        // Connected it wakes once by itself, as something may have come before; afterwards it has no reason to.
        await counted.Provider.WaitAsync(QueueId, Moment * 5, TestContext.Current.CancellationToken);
        var waiting = counted.Provider.WaitAsync(QueueId, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        await PassAsync(Moment * 3);
        var before = packets;
        await PassAsync(Moment * 10);
        // At most the client's and the housekeeping's word, which come every few seconds.
        (packets - before).ShouldBeLessThanOrEqualTo(3);
        waiting.IsCompleted.ShouldBeFalse();

        await Queues.SendAsync("q", Message(1));

        await waiting.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
    }

    // capability 79
    [Fact]
    public async Task Should_wait_just_until_a_delayed_message_is_due_even_if_it_was_sent_meanwhile()
    {
        var waiting = Queues.WaitAsync(QueueId, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        await PassAsync(Moment);
        var clock = Stopwatch.StartNew();
        await Queues.SendAsync("q", Message(1) with { Delay = Moment * 5 });

        // Woken by the sending, it learns until when to wait.
        await waiting.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        var looks = 1;
        for (; (await ReceiveAsync()).Count == 0; looks++)
            await Queues.WaitAsync(QueueId, TimeSpan.FromHours(1), TestContext.Current.CancellationToken).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

        clock.Elapsed.ShouldBeGreaterThanOrEqualTo(Moment * 4.8);
        looks.ShouldBeLessThanOrEqualTo(4);
    }

    [Fact]
    public async Task Should_delete_a_temporary_queue_that_nobody_receives_from_and_leave_those_that_somebody_does()
    {
        await using var other = RedisBroker.Open(Broker.Settings, interval: Moment);
        foreach (var name in new[] { "left", "used" })
        {
            await other.Provider.CreateQueueAsync(new QueueSpec(name, Moment * 10, 20));
            await other.Provider.BindAsync(new TopicBinding("t", name, ToTopic: false, RoutingKey: null));
        }

        await Until.TrueAsync(async () =>
        {
            await other.Provider.ReceiveAsync("used", Owner, 1, Minute);
            return !await other.Provider.SendAsync("left", Message(1));
        });

        await other.Provider.PublishAsync("t", Message(2));
        (await other.Provider.ReceiveAsync("used", Owner, 10, Minute)).ShouldHaveSingleItem();
        (await Should.ThrowAsync<InvalidOperationException>(() => other.Provider.ReceiveAsync("left", Owner, 1, Minute))).Message.ShouldContain("'left'");
    }

    // capability 60
    [Fact]
    public async Task Should_give_back_what_a_process_holds_that_is_not_heard_of_any_more()
    {
        await Queues.SendAsync("q", Message(1));
        var dead = RedisBroker.Open(Broker.Settings, interval: Moment * 3);
        await using var living = RedisBroker.Open(Broker.Settings, interval: Moment * 3);
        await Queues.SendAsync("q", Message(2));
        (await dead.Provider.ReceiveAsync("q", Guid.NewGuid(), 1, Minute)).ShouldHaveSingleItem().Body.ShouldBe([1]);
        (await living.Provider.ReceiveAsync("q", Guid.NewGuid(), 1, Minute)).ShouldHaveSingleItem().Body.ShouldBe([2]);

        // Ends without a word to its owners.
        await dead.DisposeAsync();

        (await ReceiveOneAsync()).Body.ShouldBe([1]);
        await PassAsync(Moment * 15);
        (await ReceiveAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_go_on_when_the_server_has_forgotten_its_scripts()
    {
        await Queues.SendAsync("q", Message(1));
        await using (var server = await ConnectionMultiplexer.ConnectAsync(RedisBroker.SettingsOf(Broker.Settings).Options()))
            await server.GetDatabase().ExecuteAsync("SCRIPT", "FLUSH");

        await Queues.SendAsync("q", Message(2));

        (await ReceiveAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Should_hear_of_messages_again_after_the_connection_broke()
    {
        Broker.Relay.Open();
        await using var cut = RedisBroker.Open(Broker.UnreachableSettings);
        var waiting = cut.Provider.WaitAsync(QueueId, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        await PassAsync(Moment);

        Broker.Relay.Cut();
        await Until.TrueAsync(() => waiting.IsCompleted);
        Broker.Relay.Open();

        // What is asked before the client has noticed fails, as an outage does.
        await Until.TrueAsync(async () => await Record.ExceptionAsync(() => cut.Provider.TouchAsync("q")) is not { } exception || !InfrastructureFault.IsTransient(exception));
        var again = cut.Provider.WaitAsync(QueueId, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        await Queues.SendAsync("q", Message(1));
        await again.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        (await cut.Provider.ReceiveAsync("q", Owner, 1, Minute)).ShouldHaveSingleItem();
    }

    // capability 87
    [Fact]
    public async Task Should_share_a_queue_among_processes_each_message_with_one_of_them()
    {
        var directory = Directory.CreateTempSubdirectory("flow-redis-shared-");
        try
        {
            var logs = new[] { "one", "two" }.Select(name => Path.Combine(directory.FullName, name)).ToList();
            await using var one = CrashChild.Start(Broker.Settings, logs[0], CrashChild.Drain);
            await using var two = CrashChild.Start(Broker.Settings, logs[1], CrashChild.Drain);
            await using var host = await TestHost.StartAsync(Broker.Settings);
            var sent = 0;
            List<HashSet<int>> handled = [];
            await Until.TrueAsync(async () =>
            {
                await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.SendAsync("crash", new Numbered(Interlocked.Increment(ref sent)))));
                handled = [.. logs.Select(log => CrashChild.Read(log, "handled"))];
                return handled.TrueForAll(numbers => numbers.Count > 50);
            });
            await Until.TrueAsync(() => logs.Sum(log => CrashChild.Read(log, "handled").Count) >= sent);

            CrashChild.Read(logs[0], "handled").Concat(CrashChild.Read(logs[1], "handled")).Order().ShouldBe(Enumerable.Range(1, sent));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
