using System.Text;
using Flow.Transports.AmazonSqs;
using Flow.Transports.DeadLetters;
using Flow.Transports.Queues;
using Flow.Transports.Tests.Brokers;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Tests.AmazonSqs;

/// <summary>Queues whose names end in <c>.fifo</c>: the messages of one partition key come one after another. Capabilities 62, 67.</summary>
public sealed class When_queues_are_fifo : IAsyncLifetime
{
    private const string Queue = "q.fifo";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly AmazonSqsBroker _broker = new();
    private readonly Guid _owner = Guid.NewGuid();
    private SqsQueueProvider _queues = null!;
    private SqsQueueProvider _others = null!;

    public async ValueTask InitializeAsync()
    {
        await _broker.StartAsync();
        (_queues, _others) = (Open(), Open());
        await _queues.CreateQueueAsync(new QueueSpec(Queue, null, DeliveryLimit: 2));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var queues in (SqsQueueProvider?[])[_queues, _others])
        {
            if (queues is not null)
                await queues.DisposeAsync();
        }

        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Should_hand_out_the_messages_of_a_key_one_after_another_to_whoever_asks()
    {
        foreach (var (key, body) in new[] { ("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3"), ("b", "b2") })
            await SendAsync(key, body);

        var (a, b) = (await ReceiveOneAsync(_queues), await ReceiveOneAsync(_others));
        (BodyOf(a), a.PartitionKey, BodyOf(b), b.PartitionKey).ShouldBe(("a1", "a", "b1", "b"));
        (await ReceiveAsync(_queues)).ShouldBeEmpty();
        (await ReceiveAsync(_others)).ShouldBeEmpty();

        await _queues.AcknowledgeAsync(a.Lease);
        a = await ReceiveOneAsync(_others);
        BodyOf(a).ShouldBe("a2");
        (await ReceiveAsync(_queues)).ShouldBeEmpty();
        await _others.AcknowledgeAsync(a.Lease);
        BodyOf(await ReceiveOneAsync(_queues)).ShouldBe("a3");
        await _others.AcknowledgeAsync(b.Lease);
        BodyOf(await ReceiveOneAsync(_queues)).ShouldBe("b2");
    }

    [Fact]
    public async Task Should_store_them_in_the_order_in_which_they_were_sent()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => SendAsync("a", $"{number}")));

        for (var number = 0; number < 100; number++)
        {
            var message = await ReceiveOneAsync(_queues);
            BodyOf(message).ShouldBe($"{number}");
            await _queues.AcknowledgeAsync(message.Lease);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Should_have_no_message_without_a_key_wait_for_another(string? key)
    {
        await SendAsync(key, "1");
        await SendAsync(key, "2");

        var first = await ReceiveOneAsync(_queues);

        BodyOf(await ReceiveOneAsync(_queues)).ShouldNotBe(BodyOf(first));
    }

    [Theory]
    [InlineData("a key with blanks")]
    [InlineData("Schlüssel")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task Should_take_keys_that_SQS_does_not(string key)
    {
        await SendAsync(key, "1");
        await SendAsync(key, "2");

        var first = await ReceiveOneAsync(_queues);
        (await ReceiveAsync(_queues)).ShouldBeEmpty();
        await _queues.AcknowledgeAsync(first.Lease);

        BodyOf(await ReceiveOneAsync(_queues)).ShouldBe("2");
    }

    // capability 79
    [Fact]
    public async Task Should_keep_back_a_delayed_message_and_what_comes_after_it_though_SQS_delays_none()
    {
        var due = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 3);
        await _queues.SendAsync(Queue, Message("a", "1") with { Delay = due - TimeProvider.System.GetUtcNow() });
        await SendAsync("a", "2");
        await SendAsync("b", "3");

        BodyOf(await ReceiveOneAsync(_queues)).ShouldBe("3");
        BodyOf(await ReceiveOneAsync(_queues)).ShouldBe("1");
        TimeProvider.System.GetUtcNow().ShouldBeGreaterThanOrEqualTo(due);
    }

    [Fact]
    public async Task Should_let_nothing_pass_a_message_that_was_given_back()
    {
        await SendAsync("a", "1");
        await SendAsync("a", "2");

        await _queues.ReleaseAsync((await ReceiveOneAsync(_queues)).Lease, TimeSpan.FromSeconds(2), null);

        (await ReceiveAsync(_others)).ShouldBeEmpty();
        BodyOf(await ReceiveOneAsync(_others)).ShouldBe("1");
    }

    [Fact]
    public async Task Should_send_a_message_to_the_end_that_is_to_come_with_another_count_and_keep_its_key()
    {
        await SendAsync("a", "1");
        await SendAsync("a", "2");

        await _queues.ReleaseAsync((await ReceiveOneAsync(_queues)).Lease, TimeSpan.FromSeconds(1), """{"MT-Redelivery-Count":1}""");

        var second = await ReceiveOneAsync(_queues);
        BodyOf(second).ShouldBe("2");
        await _queues.AcknowledgeAsync(second.Lease);
        var again = await ReceiveOneAsync(_queues);
        (BodyOf(again), again.PartitionKey).ShouldBe(("1", "a"));
    }

    // capability 115
    [Fact]
    public async Task Should_put_messages_aside_in_fifo_queues_and_bring_them_back()
    {
        await SendAsync("a", "over its limit");
        await SendAsync("a", "failed");
        for (var delivery = 0; delivery < 2; delivery++)
            await _queues.ReleaseAsync((await ReceiveOneAsync(_queues)).Lease, TimeSpan.Zero, null);
        (await _queues.MoveAsync((await ReceiveOneAsync(_queues)).Lease, QueueFamily.ErrorQueue(Queue), """{"MT-Reason":"fault"}""")).ShouldBeTrue();
        using (var sqs = _broker.Read().CreateSqsClient())
            (await sqs.ListQueuesAsync(_broker.Prefix)).Select(SqsTopology.NameOf).Order().ShouldBe([$"{_broker.Prefix}q.fifo", $"{_broker.Prefix}q_error.fifo"]);

        var drained = new List<DeadMessage>();
        await using var monitor = new ServiceCollection().AddSingleton(TimeProvider.System)
            .AddDeadLetterQueues(new ConfigurationBuilder().AddInMemoryCollection(_broker.Settings).Build()).BuildServiceProvider();
        var letters = monitor.GetRequiredService<IDeadLetterQueues>();
        await letters.DrainAsync(
            [Queue],
            (batch, _) =>
            {
                drained.AddRange(batch);
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        drained.Select(letter => (letter.Queue, Encoding.UTF8.GetString(letter.Body))).ShouldBe([(Queue, "over its limit"), (Queue, "failed")]);
        // A letter whose answer was lost is sent again: it is one message all the same.
        await letters.SendAsync(drained[0], TestContext.Current.CancellationToken);
        await letters.SendAsync(drained[0], TestContext.Current.CancellationToken);
        BodyOf(await ReceiveOneAsync(_queues)).ShouldBe("over its limit");
        (await ReceiveAsync(_queues)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_refuse_what_SNS_cannot_deliver_and_say_what_to_do()
    {
        var refusal = await Should.ThrowAsync<NotSupportedException>(_queues.BindAsync(new TopicBinding("News", Queue, ToTopic: false, RoutingKey: null)));

        refusal.Message.ShouldContain($"{_broker.Prefix}q.fifo");
        refusal.Message.ShouldContain($"{_broker.Prefix}News");
        refusal.Message.ShouldContain("ConfigureConsumeTopology = false");
    }

    [Fact]
    public async Task Should_say_so_where_an_endpoint_subscribes_a_fifo_queue()
    {
        await using var host = await TestHost.StartAsync(_broker.Settings, bus => bus.AddConsumer<Subscriber>().Endpoint(e => e.Name = "subscribed.fifo"));

        await Until.TrueAsync(() => host.Log.All.Any(line =>
            line.StartsWith("Error: The bus is not ready", StringComparison.Ordinal) && line.Contains("Endpoint subscribed.fifo: ", StringComparison.Ordinal) && line.Contains("ConfigureConsumeTopology = false", StringComparison.Ordinal)));
        host.Bus.CheckHealth().Status.ShouldNotBe(BusHealthStatus.Healthy);
    }

    private static string BodyOf(InboundMessage message) => Encoding.UTF8.GetString(message.Body);

    private static OutboundMessage Message(string? key, string body) => new() { TransportId = Guid.NewGuid(), Body = Encoding.UTF8.GetBytes(body), PartitionKey = key };

    private async Task SendAsync(string? key, string body) => (await _queues.SendAsync(Queue, Message(key, body))).ShouldBeTrue();

    private SqsQueueProvider Open() => new(_broker.Read(), TimeProvider.System, 255 * 1024);

    private Task<IReadOnlyList<InboundMessage>> ReceiveAsync(SqsQueueProvider queues) => queues.ReceiveAsync(Queue, _owner, 10, Minute);

    private async Task<InboundMessage> ReceiveOneAsync(SqsQueueProvider queues)
    {
        InboundMessage? message = null;
        await Until.TrueAsync(async () => (message = (await ReceiveAsync(queues)).SingleOrDefault()) is not null);
        return message!;
    }

    private sealed class Subscriber : IConsumer<Announced>
    {
        public Task Consume(ConsumeContext<Announced> context) => Task.CompletedTask;
    }
}
