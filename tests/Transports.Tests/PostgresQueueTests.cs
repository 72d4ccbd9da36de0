using Flow.Transports.DeadLetters;
using Flow.Transports.Postgres;
using Flow.Transports.Queues;
using Flow.Transports.Tests.Brokers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Transports.Tests;

// capability 68
/// <summary>What the PostgreSQL queues do below the bus. A lease of no length has ended when it begins.</summary>
public sealed class PostgresQueueTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly PostgresBroker _broker = new();
    private readonly Guid _owner = Guid.NewGuid();
    private QueueProviderUse _use = null!;
    private QueueProviderUse _other = null!;
    private long _queueId;

    private IQueueProvider Queues => _use.Provider;

    public async ValueTask InitializeAsync()
    {
        await _broker.StartAsync();
        _use = _broker.Open();
        _other = _broker.Open(AnotherProcess());
        _queueId = await Queues.CreateQueueAsync(new QueueSpec("q", null, DeliveryLimit: 3));
    }

    public async ValueTask DisposeAsync()
    {
        if (_use is not null)
            await _use.DisposeAsync();
        if (_other is not null)
            await _other.DisposeAsync();
        await _broker.DisposeAsync();
    }

    // capability 64
    [Fact]
    public async Task Should_give_a_message_to_another_when_the_lease_ends()
    {
        await Queues.SendAsync("q", Message(1));
        var first = (await ReceiveAsync(TimeSpan.Zero)).ShouldHaveSingleItem();
        var second = (await _other.Provider.ReceiveAsync("q", Guid.NewGuid(), 10, Minute)).ShouldHaveSingleItem();

        second.EarlierDeliveries.ShouldBe(1);
        (await Queues.AcknowledgeAsync(first.Lease)).ShouldBeFalse();
        (await Queues.ExtendAsync(first.Lease, Minute)).ShouldBeFalse();
        (await _other.Provider.AcknowledgeAsync(second.Lease)).ShouldBeTrue();
        (await ReceiveAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_hold_a_lease_that_is_extended()
    {
        await Queues.SendAsync("q", Message(1));
        var message = (await ReceiveAsync(TimeSpan.Zero)).ShouldHaveSingleItem();

        (await Queues.ExtendAsync(message.Lease, Minute)).ShouldBeTrue();

        (await ReceiveAsync()).ShouldBeEmpty();
        (await Queues.AcknowledgeAsync(message.Lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_move_a_message_over_its_delivery_limit_to_the_error_queue_and_go_on()
    {
        await Queues.SendAsync("q", Message(1));
        for (var delivery = 0; delivery < 3; delivery++)
            (await ReceiveAsync(TimeSpan.Zero)).ShouldHaveSingleItem();
        await Queues.SendAsync("q", Message(2));

        (await Queues.ReceiveAsync("q", _owner, 1, Minute)).ShouldHaveSingleItem().Body.ShouldBe([2]);

        var error = (await Queues.ReceiveAsync("q_error", _owner, 10, Minute)).ShouldHaveSingleItem();
        error.Body.ShouldBe([1]);
        error.TransportHeaders.ShouldNotBeNull().ShouldContain("Received 3 times");
        AsideHeaders.DeliveriesIn(error.TransportHeaders).ShouldBe(3);
    }

    // capability 60
    [Fact]
    public async Task Should_give_back_what_an_owner_holds_as_if_never_received()
    {
        await Queues.SendAsync("q", Message(1));
        await Queues.SendAsync("q", Message(2));
        var kept = (await Queues.ReceiveAsync("q", Guid.NewGuid(), 1, Minute)).ShouldHaveSingleItem();
        (await ReceiveAsync()).ShouldHaveSingleItem();

        await Queues.ReleaseAllAsync(_owner);

        (await ReceiveAsync()).ShouldHaveSingleItem().EarlierDeliveries.ShouldBe(0);
        (await Queues.AcknowledgeAsync(kept.Lease)).ShouldBeTrue();
    }

    // capability 80
    [Fact]
    public async Task Should_say_whether_a_cancellation_was_in_time()
    {
        var token = Guid.NewGuid();
        await Queues.SendAsync("q", Message(1) with { Delay = Minute, CancelToken = token });
        (await Queues.CancelAsync(token)).ShouldBeTrue();
        (await Queues.CancelAsync(token)).ShouldBeFalse();

        await Queues.SendAsync("q", Message(2) with { Delay = TimeSpan.FromMilliseconds(1), CancelToken = token });
        await Until.TrueAsync(async () => (await ReceiveAsync()).Count == 1);
        (await Queues.CancelAsync(token)).ShouldBeFalse();
    }

    // capability 63
    [Fact]
    public async Task Should_wait_until_another_process_stores_something()
    {
        await Until.TrueAsync(async () => await _broker.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'") == 2);
        (await ReceiveAsync()).ShouldBeEmpty();
        await Queues.WaitAsync(_queueId, TimeSpan.Zero, TestContext.Current.CancellationToken);
        var waiting = Queues.WaitAsync(_queueId, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        waiting.IsCompleted.ShouldBeFalse();

        await _other.Provider.SendAsync("q", Message(1));

        await waiting.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Should_not_wait_for_what_came_since_it_looked()
    {
        (await ReceiveAsync()).ShouldBeEmpty();
        await Queues.SendAsync("q", Message(1));

        await Queues.WaitAsync(_queueId, TimeSpan.FromHours(1), TestContext.Current.CancellationToken).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
    }

    // capability 79
    [Fact]
    public async Task Should_wait_for_a_delayed_message_until_it_is_due()
    {
        await Queues.SendAsync("q", Message(1) with { Delay = TimeSpan.FromSeconds(1) });
        (await ReceiveAsync()).ShouldBeEmpty();

        await Until.TrueAsync(async () =>
        {
            await Queues.WaitAsync(_queueId, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
            return (await ReceiveAsync()).Count == 1;
        });
    }

    [Fact]
    public async Task Should_follow_topics_to_every_queue_once_and_by_routing_key()
    {
        await Queues.CreateQueueAsync(new QueueSpec("blue", null, 20));
        await Queues.BindAsync(new TopicBinding("special", "general", ToTopic: true, null));
        await Queues.BindAsync(new TopicBinding("general", "special", ToTopic: true, null));
        await Queues.BindAsync(new TopicBinding("general", "q", ToTopic: false, null));
        await Queues.BindAsync(new TopicBinding("special", "q", ToTopic: false, null));
        await Queues.BindAsync(new TopicBinding("special", "q", ToTopic: false, null));
        await Queues.BindAsync(new TopicBinding("general", "blue", ToTopic: false, "blue"));

        await Task.WhenAll(Queues.PublishAsync("special", Message(1)), Queues.PublishAsync("special", Message(2) with { RoutingKey = "blue" }), Queues.PublishAsync("nowhere", Message(3)));

        (await ReceiveAsync()).Select(m => m.Body[0]).ShouldBe([1, 2]);
        (await Queues.ReceiveAsync("blue", _owner, 10, Minute)).Select(m => m.Body[0]).ShouldBe([2]);
    }

    [Fact]
    public async Task Should_say_of_each_message_whether_it_was_stored_and_keep_their_order()
    {
        var sends = Enumerable.Range(0, 600).Select(number => Queues.SendAsync(number % 3 == 0 ? "no such queue" : "q", Message((byte)(number % 251)))).ToList();

        (await Task.WhenAll(sends)).Select((stored, number) => stored == (number % 3 != 0)).ShouldAllBe(right => right);

        var received = await Queues.ReceiveAsync("q", _owner, 1000, Minute);
        received.Select(m => m.Body[0]).ShouldBe(Enumerable.Range(0, 600).Where(number => number % 3 != 0).Select(number => (byte)(number % 251)));
        (await Task.WhenAll(received.Select(m => Queues.AcknowledgeAsync(m.Lease)).Append(Queues.AcknowledgeAsync(new Lease(Guid.NewGuid(), 1))))).Count(done => done).ShouldBe(400);
    }

    [Fact]
    public async Task Should_fail_alone_with_what_cannot_be_stored()
    {
        var sends = Enumerable.Range(0, 20).Select(number => Queues.SendAsync("q", Message((byte)number) with { ContentType = number == 7 ? "no\0text" : "text/plain" })).ToList();

        await Should.ThrowAsync<Npgsql.PostgresException>(() => sends[7]);
        sends.RemoveAt(7);
        (await Task.WhenAll(sends)).ShouldAllBe(stored => stored);
    }

    [Fact]
    public async Task Should_delete_a_temporary_queue_that_nobody_receives_from_any_more()
    {
        var time = new FakeTimeProvider();
        await using var third = PostgresQueueProvider.Acquire(PostgresBroker.Read(AnotherProcess()), time, NullLogger.Instance);
        await Queues.CreateQueueAsync(new QueueSpec("temporary", Minute, 20));
        await Queues.BindAsync(new TopicBinding("t", "temporary", ToTopic: false, RoutingKey: null));
        await Queues.PublishAsync("t", Message(1));
        await Queues.PublishAsync("t", Message(2) with { Delay = Minute });
        await _broker.ExecuteAsync("UPDATE flow_queue.queues SET touched_at = now() - interval '1 hour'");

        await Until.TrueAsync(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(20));
            return await _broker.QueryAsync<long>("SELECT count(*) FROM flow_queue.messages") == 0;
        });

        (await Queues.SendAsync("temporary", Message(3))).ShouldBeFalse();
        (await Queues.SendAsync("q", Message(3))).ShouldBeTrue();
        (await _broker.QueryAsync<long>("SELECT count(*) FROM flow_queue.bindings")).ShouldBe(0);
    }

    [Fact]
    public async Task Should_lease_without_touching_an_index_or_leaving_the_page()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Queues.SendAsync("q", Message(1) with { Body = new byte[1000] })));
        (await Queues.ReceiveAsync("q", _owner, 200, Minute)).Count.ShouldBe(200);

        await Until.TrueAsync(async () => await _broker.QueryAsync<long>("SELECT n_tup_upd FROM pg_stat_user_tables WHERE schemaname = 'flow_queue' AND relname = 'messages'") == 200);
        (await _broker.QueryAsync<long>("SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE schemaname = 'flow_queue' AND relname = 'messages'")).ShouldBe(200);
    }

    // capability 62
    [Fact]
    public async Task Should_give_out_one_message_of_a_key_at_a_time_and_in_order()
    {
        foreach (var (content, key) in new[] { (1, "a"), (2, "a"), (3, "b"), (4, null), (5, "b") })
            await Queues.SendAsync("q", Message((byte)content) with { PartitionKey = key });
        await Queues.SendAsync("q", Message(6) with { PartitionKey = "a", Priority = 1 });

        var first = await Queues.ReceiveInOrderAsync("q", _owner, 10, Minute);
        first.Select(m => m.Body[0]).ShouldBe([1, 3, 4]);
        (await _other.Provider.ReceiveInOrderAsync("q", _owner, 10, Minute)).ShouldBeEmpty();

        await Queues.ReleaseAsync(first[1].Lease, Minute, null);
        await Queues.AcknowledgeAsync(first[0].Lease);
        var second = await _other.Provider.ReceiveInOrderAsync("q", _owner, 10, Minute);
        second.Select(m => m.Body[0]).ShouldBe([2]);
        await _other.Provider.AcknowledgeAsync(second[0].Lease);
        (await Queues.ReceiveInOrderAsync("q", _owner, 10, Minute)).Select(m => m.Body[0]).ShouldBe([6]);
    }

    // capabilities 85, 112
    [Fact]
    public async Task Should_count_what_waits_and_hand_over_what_was_put_aside()
    {
        await Task.WhenAll(Queues.SendAsync("q", Message(1)), Queues.SendAsync("q", Message(2)), Queues.SendAsync("q", Message(3) with { Delay = Minute }));
        var received = (await Queues.ReceiveAsync("q", _owner, 1, Minute)).ShouldHaveSingleItem();
        var looked = await new PostgresQueues(PostgresBroker.Read(_broker.Settings)).LookAsync(["q", "none"], TestContext.Current.CancellationToken);
        looked.ShouldHaveSingleItem().Value.Waiting.ShouldBe(2);
        looked["q"].OldestAt.ShouldNotBeNull();

        await Queues.MoveAsync(received.Lease, "q_error", """{"MT-Reason":"fault","mine":"x"}""");
        await using var letters = new QueueDeadLetters(() => _broker.Open());
        var dead = new List<DeadMessage>();
        (await letters.DrainAsync([], (batch, token) => Task.Run(() => dead.AddRange(batch), token), TestContext.Current.CancellationToken)).ShouldBe(1);
        await letters.SendAsync(dead.ShouldHaveSingleItem(), TestContext.Current.CancellationToken);

        (await ReceiveAsync()).Select(m => m.TransportHeaders).ShouldBe([null, """{"mine":"x"}"""]);
        (await Queues.PurgeAsync("q")).ShouldBe(3);
    }

    // capability 85
    [Fact]
    public Task Should_spare_a_queue_of_which_a_message_is_in_hand_and_tell_receivers_that_it_is_deleted() =>
        QueueDeletion.ShouldSpareWhatIsInHandAndTellReceiversAsync(Queues, _queueId, new PostgresQueues(PostgresBroker.Read(_broker.Settings)));

    private static OutboundMessage Message(byte content) => new() { TransportId = Guid.NewGuid(), Body = [content] };

    private Dictionary<string, string?> AnotherProcess() => new(_broker.Settings) { ["ConnectionStrings:Queue"] = $"{_broker.ConnectionString};Application Name={Guid.NewGuid():N}" };

    private Task<IReadOnlyList<InboundMessage>> ReceiveAsync(TimeSpan? lease = null) => Queues.ReceiveAsync("q", _owner, 10, lease ?? Minute);
}
