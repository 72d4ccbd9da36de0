using System.Text;
using Flow.Transports.AmazonSqs;
using Flow.Transports.DeadLetters;
using Flow.Transports.Queues;
using Flow.Transports.Tests.Brokers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Transports.Tests.AmazonSqs;

/// <summary>What the queues do below the bus. Capability 67.</summary>
public sealed class When_queues_are_used : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly AmazonSqsBroker _broker = new();
    private readonly Guid _owner = Guid.NewGuid();
    private SqsQueueProvider _queues = null!;

    public async ValueTask InitializeAsync()
    {
        await _broker.StartAsync();
        _queues = Open();
        await _queues.CreateQueueAsync(new QueueSpec("q", null, DeliveryLimit: 2));
    }

    public async ValueTask DisposeAsync()
    {
        if (_queues is not null)
            await _queues.DisposeAsync();
        await _broker.DisposeAsync();
    }

    // capability 64
    [Fact]
    public async Task Should_give_a_message_to_another_when_the_lease_ends()
    {
        await _queues.SendAsync("q", Message("1"));
        var first = await ReceiveOneAsync("q", TimeSpan.FromSeconds(1));

        var second = await ReceiveOneAsync("q", Minute);

        second.EarlierDeliveries.ShouldBe(1);
        second.TransportId.ShouldBe(first.TransportId);
        (await _queues.AcknowledgeAsync(second.Lease)).ShouldBeTrue();
        (await _queues.AcknowledgeAsync(second.Lease)).ShouldBeFalse();
        (await _queues.ExtendAsync(second.Lease, Minute)).ShouldBeFalse();
    }

    // capability 115
    [Fact]
    public async Task Should_put_a_message_over_its_delivery_limit_aside_with_the_reason()
    {
        await _queues.SendAsync("q", Message("1"));
        for (var delivery = 0; delivery < 2; delivery++)
            await _queues.ReleaseAsync((await ReceiveOneAsync("q", Minute)).Lease, TimeSpan.Zero, null);
        (await _queues.ReceiveAsync("q", _owner, 10, Minute)).ShouldBeEmpty();

        DeadMessage? drained = null;
        await using var monitor = Monitor();
        var letters = monitor.GetRequiredService<IDeadLetterQueues>();
        await letters.DrainAsync(
            ["q"],
            (batch, _) =>
            {
                drained = batch.ShouldHaveSingleItem();
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        drained.ShouldNotBeNull().Queue.ShouldBe("q");
        drained.Deliveries.ShouldNotBeNull();
        drained.Headers.ShouldContain("the delivery limit is reached");
        // And back.
        await letters.SendAsync(drained, TestContext.Current.CancellationToken);
        Encoding.UTF8.GetString((await ReceiveOneAsync("q", Minute)).Body).ShouldBe("1");
        await Should.ThrowAsync<UnroutableMessageException>(letters.SendAsync(drained with { Queue = "gone" }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Should_leave_the_error_queues_of_other_systems_alone()
    {
        var longName = new string('q', 80);
        foreach (var queue in new[] { "orders_error", $"{longName}_error" })
        {
            await _queues.CreateQueueAsync(new QueueSpec(queue, null, DeliveryLimit: 3));
            await _queues.SendAsync(queue, Message(queue));
        }

        await using var monitor = Monitor();
        var drained = await monitor.GetRequiredService<IDeadLetterQueues>().DrainAsync(["q", longName], (_, _) => Task.CompletedTask, TestContext.Current.CancellationToken);

        drained.ShouldBe(1);
        Encoding.UTF8.GetString((await ReceiveOneAsync("orders_error", Minute)).Body).ShouldBe("orders_error");
    }

    // capability 79
    [Fact]
    public async Task Should_keep_back_a_message_that_is_due_later_than_SQS_can_delay()
    {
        using var sqs = _broker.Read().CreateSqsClient();
        var due = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 3);
        // As it is after the first quarter of an hour.
        await sqs.SendAsync((await sqs.GetQueueUrlAsync(_broker.Prefix + "q"))!, [new WireMessage("late", new Dictionary<string, string> { ["Flow-Due"] = WireHeaders.Moment(due) })]);

        (await _queues.ReceiveAsync("q", _owner, 10, Minute)).ShouldBeEmpty();
        await ReceiveOneAsync("q", Minute);

        TimeProvider.System.GetUtcNow().ShouldBeGreaterThanOrEqualTo(due);
    }

    [Fact]
    public async Task Should_send_a_message_anew_that_is_to_come_with_another_count()
    {
        await _queues.SendAsync("q", Message("1") with { ContentType = "application/json" });

        await _queues.ReleaseAsync((await ReceiveOneAsync("q", Minute)).Lease, TimeSpan.FromSeconds(1), """{"MT-Redelivery-Count":1}""");

        var again = await ReceiveOneAsync("q", Minute);
        (again.TransportHeaders, again.ContentType, again.EarlierDeliveries).ShouldBe(("""{"MT-Redelivery-Count":1,"message-id":"$"}""".Replace("$", $"{again.TransportId}", StringComparison.Ordinal), "application/json", 0));
        await _queues.AcknowledgeAsync(again.Lease);
        (await _queues.ReceiveAsync("q", _owner, 10, Minute)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_give_back_what_a_poll_brought_after_its_receiver_had_gone()
    {
        var id = await _queues.CreateQueueAsync(new QueueSpec("left", null, 20, IsServed: true));
        (await _queues.ReceiveAsync("left", _owner, 5, Minute)).ShouldBeEmpty();
        await Should.ThrowAsync<OperationCanceledException>(_queues.WaitAsync(id, Minute, new CancellationToken(canceled: true)));
        await _queues.SendAsync("left", Message("1"));
        await using var other = Open();

        InboundMessage? received = null;
        await Until.TrueAsync(async () => (received = (await other.ReceiveAsync("left", _owner, 1, Minute)).SingleOrDefault()) is not null);
        received!.EarlierDeliveries.ShouldBe(1);
    }

    // capability 60
    [Fact]
    public async Task Should_give_everything_back_when_it_closes()
    {
        var one = Open();
        await _queues.SendAsync("q", Message("1"));
        (await one.ReceiveAsync("q", _owner, 1, TimeSpan.FromHours(1))).ShouldHaveSingleItem();

        await one.ReleaseAllAsync(_owner);
        await one.DisposeAsync();

        (await ReceiveOneAsync("q", Minute)).EarlierDeliveries.ShouldBe(1);
    }

    [Fact]
    public async Task Should_delete_its_temporary_queues_and_their_subscriptions_when_it_closes()
    {
        using var sqs = _broker.Read().CreateSqsClient();
        using var sns = _broker.Read().CreateSnsClient();
        var one = Open();
        await one.CreateQueueAsync(new QueueSpec("own", Minute, 20, IsServed: true));
        await one.BindAsync(new TopicBinding("News", "own", ToTopic: false, RoutingKey: null));
        var topic = (await sns.ListTopicsAsync()).Single(arn => arn.EndsWith($":{_broker.Prefix}News", StringComparison.Ordinal));
        (await sns.ListSubscribersAsync(topic)).Count.ShouldBe(1);

        await one.DisposeAsync();

        (await sqs.GetQueueUrlAsync(_broker.Prefix + "own")).ShouldBeNull();
        (await sns.ListSubscribersAsync(topic)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_delete_the_temporary_queues_of_processes_that_died_and_no_others()
    {
        using var sqs = _broker.Read().CreateSqsClient();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        // Never closed, as if it were killed.
        var dead = new SqsQueueProvider(_broker.Read(), time, 255 * 1024);
        await dead.CreateQueueAsync(new QueueSpec("dead", Minute, 20, IsServed: true));
        await dead.BindAsync(new TopicBinding("News", "dead", ToTopic: false, RoutingKey: null));
        var later = new FakeTimeProvider(time.GetUtcNow() + TimeSpan.FromHours(3));
        await using var living = new SqsQueueProvider(_broker.Read(), later, 255 * 1024);
        await living.CreateQueueAsync(new QueueSpec("living", Minute, 20, IsServed: true));

        await living.Temporary.SweepAsync();

        (await sqs.GetQueueUrlAsync(_broker.Prefix + "dead")).ShouldBeNull();
        (await sqs.GetQueueUrlAsync(_broker.Prefix + "living")).ShouldNotBeNull();
        (await sqs.GetQueueUrlAsync(_broker.Prefix + "q")).ShouldNotBeNull();
    }

    [Fact]
    public async Task Should_swallow_an_answer_to_a_process_that_has_ended()
    {
        await _queues.CreateQueueAsync(new QueueSpec("asker", Minute, 20));

        (await _queues.SendAsync("asker", Message("1"))).ShouldBeFalse();
    }

    /// <summary>It would be made anew for ever else, which never is done to a queue of another system.</summary>
    [Fact]
    public async Task Should_take_for_sent_what_goes_to_a_deleted_queue_of_another_system()
    {
        await _queues.CreateQueueAsync(new QueueSpec(":gone", null, 20));

        (await _queues.SendAsync(":gone", Message("1"))).ShouldBeTrue();

        using var sqs = _broker.Read().CreateSqsClient();
        (await sqs.GetQueueUrlAsync("gone")).ShouldBeNull();
    }

    [Fact]
    public async Task Should_say_how_many_messages_wait()
    {
        await _queues.SendAsync("q", Message("1"));
        await _queues.SendAsync("q", Message("2"));
        await ReceiveOneAsync("q", Minute);
        using var queues = new SqsQueues(_broker.Read());

        var seen = await queues.LookAsync(["q", "none"], TestContext.Current.CancellationToken);

        seen.ShouldHaveSingleItem().ShouldBe(new("q", new BrokerQueue(1)));
    }

    private SqsQueueProvider Open() => new(_broker.Read(), TimeProvider.System, 255 * 1024);

    private ServiceProvider Monitor() => new ServiceCollection().AddSingleton(TimeProvider.System).AddDeadLetterQueues(new ConfigurationBuilder().AddInMemoryCollection(_broker.Settings).Build()).BuildServiceProvider();

    private static OutboundMessage Message(string body) => new() { TransportId = Guid.NewGuid(), Body = Encoding.UTF8.GetBytes(body) };

    private async Task<InboundMessage> ReceiveOneAsync(string queue, TimeSpan lease)
    {
        InboundMessage? message = null;
        await Until.TrueAsync(async () => (message = (await _queues.ReceiveAsync(queue, _owner, 1, lease)).SingleOrDefault()) is not null);
        return message!;
    }
}
