using System.Text;
using System.Text.Json;
using Flow.Transports.AmazonSqs;
using Flow.Transports.Queues;
using Flow.Transports.Tests.Brokers;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Transports.Tests.AmazonSqs;

/// <summary>Deletions share calls, and nobody waits for them. Capability 67.</summary>
public sealed class When_messages_are_acknowledged
{
    private const string Delete = "DeleteMessageBatch";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Should_delete_the_first_at_once_and_those_that_follow_with_the_next_call()
    {
        await using var server = Server(4);
        await using var queues = Open(server);
        var messages = await queues.ReceiveAsync("q", Guid.NewGuid(), 10, Minute);

        (await queues.AcknowledgeAsync(messages[0].Lease)).ShouldBeTrue();
        await Until.TrueAsync(() => server.Of(Delete).Count() == 1);
        foreach (var message in messages.Skip(1))
            (await queues.AcknowledgeAsync(message.Lease)).ShouldBeTrue();
        _time.Advance(TimeSpan.FromMilliseconds(240));
        server.Of(Delete).Count().ShouldBe(1);

        await AdvanceAsync(() => server.Of(Delete).Count() == 2);
        server.Of(Delete).Select(EntriesOf).ShouldBe([1, 3]);
    }

    [Fact]
    public async Task Should_wait_no_longer_when_a_call_is_full()
    {
        await using var server = Server(11);
        await using var queues = Open(server);
        var messages = await queues.ReceiveAsync("q", Guid.NewGuid(), 10, Minute);

        await queues.AcknowledgeAsync(messages[0].Lease);
        await Until.TrueAsync(() => server.Of(Delete).Count() == 1);
        foreach (var message in messages.Skip(1))
            await queues.AcknowledgeAsync(message.Lease);

        await Until.TrueAsync(() => server.Of(Delete).Count() == 2);
        server.Of(Delete).Select(EntriesOf).ShouldBe([1, 10]);
    }

    [Fact]
    public async Task Should_wait_for_the_deletion_in_a_fifo_queue()
    {
        await using var server = Server(2);
        await using var queues = Open(server);
        var messages = await queues.ReceiveAsync("q.fifo", Guid.NewGuid(), 10, Minute);

        foreach (var message in messages)
            await queues.AcknowledgeAsync(message.Lease);

        server.Of(Delete).Select(EntriesOf).ShouldBe([1, 1]);
    }

    [Fact]
    public async Task Should_have_deleted_everything_when_it_closes()
    {
        await using var broker = new AmazonSqsBroker();
        await broker.StartAsync();
        using var sqs = broker.Read().CreateSqsClient();
        await using (var queues = new SqsQueueProvider(broker.Read(), TimeProvider.System, 255 * 1024))
        {
            await queues.CreateQueueAsync(new QueueSpec("q", null, DeliveryLimit: 2));
            for (var number = 0; number < 3; number++)
                await queues.SendAsync("q", new OutboundMessage { TransportId = Guid.NewGuid(), Body = Encoding.UTF8.GetBytes($"{number}") });
            var left = 3;
            await Until.TrueAsync(async () =>
            {
                foreach (var message in await queues.ReceiveAsync("q", Guid.NewGuid(), 1, Minute))
                    left -= await queues.AcknowledgeAsync(message.Lease) ? 1 : 0;
                return left == 0;
            });
        }

        string[] counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        (await sqs.GetAttributesAsync((await sqs.GetQueueUrlAsync(broker.Prefix + "q"))!, counts)).Values.ShouldAllBe(count => count == "0");
    }

    private static int EntriesOf(Recorded request) => request.Json.GetProperty("Entries").GetArrayLength();

    /// <summary>A server with messages to hand out, at one call.</summary>
    private static RecordingServer Server(int messages)
    {
        AmazonSqsEmulator.SetCredentials();
        var server = new RecordingServer();
        var received = Enumerable.Range(0, messages).Select(number => new { MessageId = Guid.NewGuid(), ReceiptHandle = $"receipt {number}", Body = "{}" });
        server.Answers.Enqueue(("ReceiveMessage", 200, JsonSerializer.Serialize(new { Messages = received })));
        return server;
    }

    private SqsQueueProvider Open(RecordingServer server) => new(new AmazonSqsSettings { Region = "us-east-1", ServiceUrl = server.Address }, _time, 255 * 1024);

    // Whoever gathers may not have begun to wait yet when the clock moves.
    private Task AdvanceAsync(Func<bool> condition) => Until.TrueAsync(() =>
    {
        _time.Advance(TimeSpan.FromMilliseconds(10));
        return condition();
    });
}
