using Flow.Sqlite;
using Flow.Transports.Queues;
using Flow.Transports.Sqlite;
using Flow.Transports.Tests.Brokers;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Transports.Tests;

/// <summary>What the SQLite queues do that only shows when time is in the test's hand, or below the bus.</summary>
public sealed class SqliteQueueTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly SqliteBroker _broker = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Guid _owner = Guid.NewGuid();
    private QueueProviderUse _use = null!;
    private long _queueId;

    private IQueueProvider Queues => _use.Provider;

    public async ValueTask InitializeAsync()
    {
        _use = SqliteQueueProvider.Acquire(SqliteFile.For(_broker.Path), _time);
        _queueId = await Queues.CreateQueueAsync(new QueueSpec("q", null, DeliveryLimit: 3));
    }

    public async ValueTask DisposeAsync()
    {
        await _use.DisposeAsync();
        await _broker.DisposeAsync();
    }

    // capability 64
    [Fact]
    public async Task Should_give_a_message_to_another_when_the_lease_ends()
    {
        await Queues.SendAsync("q", Message(1));
        var first = (await ReceiveAsync()).ShouldHaveSingleItem();
        (await ReceiveAsync()).ShouldBeEmpty();

        _time.Advance(Minute * 2);
        var second = (await ReceiveAsync()).ShouldHaveSingleItem();

        second.EarlierDeliveries.ShouldBe(1);
        (await Queues.AcknowledgeAsync(first.Lease)).ShouldBeFalse();
        (await Queues.ExtendAsync(first.Lease, Minute)).ShouldBeFalse();
        (await Queues.AcknowledgeAsync(second.Lease)).ShouldBeTrue();
        (await ReceiveAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_hold_a_lease_that_is_extended()
    {
        await Queues.SendAsync("q", Message(1));
        var message = (await ReceiveAsync()).ShouldHaveSingleItem();

        _time.Advance(Minute / 2);
        (await Queues.ExtendAsync(message.Lease, Minute)).ShouldBeTrue();
        _time.Advance(Minute * 0.75);

        (await ReceiveAsync()).ShouldBeEmpty();
        (await Queues.AcknowledgeAsync(message.Lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_move_a_message_over_its_delivery_limit_to_the_error_queue()
    {
        await Queues.SendAsync("q", Message(1));
        for (var delivery = 0; delivery < 3; delivery++)
        {
            (await ReceiveAsync()).ShouldHaveSingleItem();
            _time.Advance(Minute * 2);
        }

        (await ReceiveAsync()).ShouldBeEmpty();

        var error = (await Queues.ReceiveAsync("q_error", _owner, 10, Minute)).ShouldHaveSingleItem();
        error.Body.ShouldBe([1]);
        error.TransportHeaders.ShouldNotBeNull().ShouldContain("Received 3 times");
    }

    // capability 80
    [Fact]
    public async Task Should_say_whether_a_cancellation_was_in_time()
    {
        var token = Guid.NewGuid();
        await Queues.SendAsync("q", Message(1) with { Delay = Minute, CancelToken = token });
        (await Queues.CancelAsync(token)).ShouldBeTrue();
        (await Queues.CancelAsync(token)).ShouldBeFalse();

        await Queues.SendAsync("q", Message(2) with { Delay = Minute, CancelToken = token });
        _time.Advance(Minute);
        (await Queues.CancelAsync(token)).ShouldBeFalse();
        (await ReceiveAsync()).ShouldHaveSingleItem().Body.ShouldBe([2]);
    }

    // capability 63
    [Fact]
    public async Task Should_wait_for_a_message_without_looking_again()
    {
        var waiting = Queues.WaitAsync(_queueId, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        _time.Advance(Minute);
        waiting.IsCompleted.ShouldBeFalse();

        await Queues.SendAsync("q", Message(1));

        await waiting.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
    }

    // capability 79
    [Fact]
    public async Task Should_wait_for_a_delayed_message_until_it_is_due()
    {
        await Queues.SendAsync("q", Message(1) with { Delay = TimeSpan.FromDays(2) });
        var waiting = Queues.WaitAsync(_queueId, TimeSpan.FromDays(20), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromDays(2) - TimeSpan.FromSeconds(1));
        waiting.IsCompleted.ShouldBeFalse();
        (await ReceiveAsync()).ShouldBeEmpty();

        _time.Advance(TimeSpan.FromSeconds(1));

        await waiting.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        (await ReceiveAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Should_delete_a_temporary_queue_that_nobody_receives_from_any_more()
    {
        await Queues.CreateQueueAsync(new QueueSpec("temporary", Minute, 20));
        await Queues.BindAsync(new TopicBinding("t", "temporary", ToTopic: false, RoutingKey: null));
        await Queues.PublishAsync("t", Message(1));
        _time.Advance(Minute / 2);
        (await Queues.ReceiveAsync("temporary", _owner, 1, Minute)).ShouldHaveSingleItem();

        await Until.TrueAsync(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            await Queues.PublishAsync("t", Message(2));
            return (await Queues.PurgeAsync("temporary")) == 0;
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
        await Queues.BindAsync(new TopicBinding("general", "blue", ToTopic: false, "blue"));

        await Queues.PublishAsync("special", Message(1));
        await Queues.PublishAsync("special", Message(2) with { RoutingKey = "blue" });

        (await ReceiveAsync()).Select(m => m.Body[0]).ShouldBe([1, 2]);
        (await Queues.ReceiveAsync("blue", _owner, 10, Minute)).Select(m => m.Body[0]).ShouldBe([2]);
    }

    [Fact]
    public async Task Should_write_in_turn_with_the_other_writers_of_the_file()
    {
        var file = SqliteFile.For(_broker.Path);
        var turn = await file.EnterWriteAsync(TestContext.Current.CancellationToken);
        var sends = Enumerable.Range(0, 100).Select(number => Queues.SendAsync("q", Message((byte)number))).ToList();
        sends.ShouldAllBe(send => !send.IsCompleted);

        turn.Dispose();

        await Task.WhenAll(sends);
        (await Queues.ReceiveAsync("q", _owner, 200, Minute)).Count.ShouldBe(100);
    }

    // capability 60
    [Fact]
    public async Task Should_give_everything_back_when_the_last_process_is_gone()
    {
        await Queues.SendAsync("q", Message(1));
        (await ReceiveAsync()).ShouldHaveSingleItem();
        await _use.DisposeAsync();

        _use = SqliteQueueProvider.Acquire(SqliteFile.For(_broker.Path), _time);

        (await ReceiveAsync()).ShouldHaveSingleItem().EarlierDeliveries.ShouldBe(1);
    }

    // capability 85
    [Fact]
    public Task Should_spare_a_queue_of_which_a_message_is_in_hand_and_tell_receivers_that_it_is_deleted() =>
        QueueDeletion.ShouldSpareWhatIsInHandAndTellReceiversAsync(Queues, _queueId, new SqliteQueues(SqliteFile.For(_broker.Path)));

    private static OutboundMessage Message(byte content) => new() { TransportId = Guid.NewGuid(), Body = [content] };

    private Task<IReadOnlyList<InboundMessage>> ReceiveAsync() => Queues.ReceiveAsync("q", _owner, 10, Minute);
}
