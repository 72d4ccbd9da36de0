using Flow.Transports.DeadLetters;
using Flow.Transports.Queues;
using Flow.Transports.Redis;
using Flow.Transports.Tests.Brokers;
using StackExchange.Redis;

namespace Flow.Transports.Tests;

/// <summary>What the queues in Redis do below the bus.</summary>
public sealed class RedisQueueTests : RedisQueueBed
{
    // capability 64
    [Fact]
    public async Task Should_give_a_message_to_another_when_the_lease_ends()
    {
        await Queues.SendAsync("q", Message(1));
        var first = (await ReceiveAsync(Moment)).ShouldHaveSingleItem();

        var second = await ReceiveOneAsync();

        second.EarlierDeliveries.ShouldBe(1);
        (await Queues.AcknowledgeAsync(first.Lease)).ShouldBeFalse();
        (await Queues.ExtendAsync(first.Lease, Minute)).ShouldBeFalse();
        (await Queues.ReleaseAsync(first.Lease, TimeSpan.Zero, null)).ShouldBeFalse();
        (await Queues.MoveAsync(first.Lease, "elsewhere", null)).ShouldBeFalse();
        (await Queues.AcknowledgeAsync(second.Lease)).ShouldBeTrue();
        (await Queues.ListFilledAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_hold_a_lease_that_is_extended()
    {
        await Queues.SendAsync("q", Message(1));
        var message = (await ReceiveAsync(Moment * 3)).ShouldHaveSingleItem();
        (await Queues.ExtendAsync(message.Lease, Minute)).ShouldBeTrue();

        await PassAsync(Moment * 4);

        (await ReceiveAsync()).ShouldBeEmpty();
        (await Queues.AcknowledgeAsync(message.Lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_receive_by_priority_then_by_age_and_put_what_is_given_back_in_its_old_place()
    {
        foreach (var (content, priority) in new (byte, short)[] { (1, 100), (2, -5), (3, 100), (4, 1000), (5, -5) })
            await Queues.SendAsync("q", Message(content) with { Priority = priority });
        var first = (await Queues.ReceiveAsync("q", Owner, 1, Minute)).ShouldHaveSingleItem();
        (await Queues.ReleaseAsync(first.Lease, TimeSpan.Zero, """{"a":"b"}""")).ShouldBeTrue();

        var received = await ReceiveAsync();

        received.Select(m => m.Body[0]).ShouldBe([2, 5, 1, 3, 4]);
        received.Select(m => m.Priority).ShouldBe([-5, -5, 100, 100, 1000]);
        received[0].TransportHeaders.ShouldBe("""{"a":"b"}""");
    }

    [Fact]
    public async Task Should_keep_everything_of_a_message()
    {
        var body = new byte[3_000_000];
        Random.Shared.NextBytes(body);
        var sent = Message(1) with { Body = body, ContentType = "text/plain; charset=utf-8", RoutingKey = "ключ", TransportHeaders = """{"a":1.0,"b":[]}""", TimeToLive = Minute };
        var before = TimeProvider.System.GetUtcNow() - Moment;
        await Queues.SendAsync("q", sent);

        var received = (await ReceiveAsync()).ShouldHaveSingleItem();

        received.Body.ShouldBe(body);
        (received.TransportId, received.ContentType, received.RoutingKey, received.TransportHeaders).ShouldBe((sent.TransportId, sent.ContentType, sent.RoutingKey, sent.TransportHeaders));
        received.SentAt.ShouldBeInRange(before, before + Minute / 2);
        received.ExpiresAt.ShouldBe(received.SentAt + Minute);
    }

    // capability 115
    [Theory]
    [InlineData(null)]
    [InlineData("""{"a":"b"}""")]
    public async Task Should_move_a_message_over_its_delivery_limit_to_the_error_queue(string? headers)
    {
        await Queues.SendAsync("q", Message(1) with { TransportHeaders = headers });
        for (var delivery = 0; delivery < 3; delivery++)
            (await ReceiveOneAsync(Moment / 10)).EarlierDeliveries.ShouldBe(delivery);

        await Until.TrueAsync(async () => await Queues.SweepAsync("q") == 1);

        (await ReceiveAsync()).ShouldBeEmpty();
        var error = (await Queues.ReceiveAsync("q_error", Owner, 10, Minute)).ShouldHaveSingleItem();
        error.Body.ShouldBe([1]);
        error.EarlierDeliveries.ShouldBe(0);
        error.TransportHeaders.ShouldNotBeNull().ShouldContain("Received 3 times");
        if (headers is not null)
            error.TransportHeaders.ShouldContain("\"a\":\"b\"");
    }

    // capabilities 111, 113
    [Fact]
    public async Task Should_hand_over_what_lies_in_error_queues_and_take_it_back()
    {
        await using var letters = new QueueDeadLetters(() => RedisBroker.Open(Broker.Settings));
        await Queues.SendAsync("q", Message(1) with { TransportHeaders = """{"a":"b"}""" });
        for (var delivery = 0; delivery < 3; delivery++)
            (await Queues.ReleaseAsync((await ReceiveOneAsync()).Lease, TimeSpan.Zero, """{"a":"b"}""")).ShouldBeTrue();
        var drained = new List<DeadMessage>();

        (await letters.DrainAsync([], StoreAsync, TestContext.Current.CancellationToken)).ShouldBe(1);
        var letter = drained.ShouldHaveSingleItem();
        await letters.SendAsync(letter, TestContext.Current.CancellationToken);

        (letter.Queue, letter.Deliveries).ShouldBe(("q", 3));
        letter.Headers.ShouldContain("MT-Fault-Message");
        (await Queues.ListFilledAsync()).ShouldBe(["q"]);
        var again = await ReceiveOneAsync();
        (again.Body[0], again.EarlierDeliveries, again.TransportHeaders).ShouldBe(((byte)1, 0, """{"a":"b"}"""));
        await Should.ThrowAsync<UnroutableMessageException>(() => letters.SendAsync(letter with { Queue = "gone" }, TestContext.Current.CancellationToken));

        Task StoreAsync(IReadOnlyList<DeadMessage> batch, CancellationToken cancellationToken)
        {
            drained.AddRange(batch);
            return Task.CompletedTask;
        }
    }

    // capability 80
    [Fact]
    public async Task Should_say_whether_a_cancellation_was_in_time()
    {
        var token = Guid.NewGuid();
        await Queues.SendAsync("q", Message(1) with { Delay = Minute, CancelToken = token });
        (await Queues.CancelAsync(token)).ShouldBeTrue();
        (await Queues.CancelAsync(token)).ShouldBeFalse();

        await Queues.SendAsync("q", Message(2) with { Delay = Moment, CancelToken = token });
        await PassAsync(Moment * 2);
        (await Queues.CancelAsync(token)).ShouldBeFalse();
        (await ReceiveAsync()).ShouldHaveSingleItem().Body.ShouldBe([2]);
        (await Queues.CancelAsync(token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_follow_topics_to_every_queue_once_and_by_routing_key()
    {
        await Queues.CreateQueueAsync(new QueueSpec("blue", null, 20));
        await Queues.BindAsync(new TopicBinding("special", "general", ToTopic: true, null));
        await Queues.BindAsync(new TopicBinding("general", "special", ToTopic: true, null));
        await Queues.BindAsync(new TopicBinding("general", "q", ToTopic: false, null));
        await Queues.BindAsync(new TopicBinding("special", "q", ToTopic: false, null));
        await Queues.BindAsync(new TopicBinding("general", "blue", ToTopic: false, "blue"));

        await Queues.PublishAsync("special", Message(1));
        await Queues.PublishAsync("special", Message(2) with { RoutingKey = "blue" });

        (await ReceiveAsync()).Select(m => m.Body[0]).ShouldBe([1, 2]);
        (await Queues.ReceiveAsync("blue", Owner, 10, Minute)).Select(m => m.Body[0]).ShouldBe([2]);
    }

    [Fact]
    public async Task Should_give_back_all_that_an_owner_holds_as_if_it_had_not_received_it()
    {
        await Queues.SendAsync("q", Message(1));
        await Queues.SendAsync("q", Message(2));
        (await ReceiveAsync()).Count.ShouldBe(2);

        await Queues.ReleaseAllAsync(Owner);

        var again = await ReceiveAsync();
        again.Select(m => (m.Body[0], m.EarlierDeliveries)).ShouldBe([((byte)1, 0), ((byte)2, 0)]);
    }

    // capability 85
    [Fact]
    public async Task Should_purge_thousands_of_messages_in_every_state_and_leave_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 2500).Select(number => Queues.SendAsync(
            "q", Message((byte)number) with { Delay = number % 2 == 0 ? Minute : TimeSpan.Zero, CancelToken = Guid.NewGuid() })));
        (await ReceiveAsync()).Count.ShouldBe(10);

        (await Queues.PurgeAsync("q")).ShouldBe(2500);

        (await Queues.ListFilledAsync()).ShouldBeEmpty();
        await Queues.ReleaseAllAsync(Owner);
        (await KeysAsync()).ShouldNotContain(key => key.Contains("message:") || key.Contains("token:") || key.Contains("owner:"));
    }

    // capability 131
    [Fact]
    public async Task Should_tell_how_many_messages_wait_and_since_when()
    {
        await using var look = new RedisQueues(RedisBroker.SettingsOf(Broker.Settings));
        await Queues.SendAsync("q", Message(1) with { Priority = 200 });
        await Queues.SendAsync("q", Message(2));
        await Queues.SendAsync("q", Message(3) with { Delay = Minute });
        await Queues.CreateQueueAsync(new QueueSpec("empty", null, 20));

        var seen = await look.LookAsync(["q", "empty", "unknown"], TestContext.Current.CancellationToken);

        seen.Keys.ShouldBe(["q", "empty"], ignoreOrder: true);
        seen["empty"].ShouldBe(new BrokerQueue(0));
        var oldest = (await ReceiveAsync()).Min(m => m.SentAt);
        seen["q"].ShouldBe(new BrokerQueue(3, oldest));
        (await look.LookAsync(["q"], TestContext.Current.CancellationToken))["q"].ShouldBe(new BrokerQueue(1));
    }

    [Fact]
    public async Task Should_swallow_what_is_sent_to_a_queue_that_is_not_there() => (await Queues.SendAsync("nowhere", Message(1))).ShouldBeFalse();

    private async Task<List<string>> KeysAsync()
    {
        await using var server = await ConnectionMultiplexer.ConnectAsync(RedisBroker.SettingsOf(Broker.Settings).Options());
        return [.. server.GetServers()[0].Keys(pattern: Broker.Settings["Flow:Redis:KeyPrefix"] + "*").Select(key => key.ToString())];
    }
}
