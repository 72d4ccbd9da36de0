using System.Text;
using System.Text.Json;
using Flow.Worker.Tests.Bed;
using RabbitMQ.Client;

namespace Flow.Worker.Tests.Stock;

/// <summary><c>publish</c>, read by a client that knows nothing of MassTransit.</summary>
public sealed class PublishHandlerTests
{
    [Fact]
    public async Task Should_send_plain_json_to_a_queue()
    {
        await using var transport = await RabbitMqTransport.CreateAsync();
        await using var bed = await StockBed.Start(transport);
        var item = await bed.Desk.Send(Desk.Item(
            "publish", new { queue = "orders", message = new { order = 7 }, headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = "t1" } }));
        (await bed.Desk.Success(item)).Output.GetProperty("messageId").GetGuid().ShouldBe(item.Token);

        await using var connection = await transport.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var message = (await channel.BasicGetAsync("orders", autoAck: true)).ShouldNotBeNull();
        Encoding.UTF8.GetString(message.Body.Span).ShouldBe("""{"order":7}""");
        message.BasicProperties.ContentType.ShouldBe("application/json");
        message.BasicProperties.MessageId.ShouldBe(item.Token.ToString());
        Encoding.UTF8.GetString((byte[])message.BasicProperties.Headers.ShouldNotBeNull()["tenant"]!).ShouldBe("t1");
    }

    [Fact]
    public async Task Should_publish_to_an_exchange_by_routing_key()
    {
        await using var transport = await RabbitMqTransport.CreateAsync();
        await using var bed = await StockBed.Start(transport);
        await using var connection = await transport.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync("events", ExchangeType.Topic, durable: true);
        await channel.QueueDeclareAsync("mine", durable: false, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync("mine", "events", "order.*");

        await bed.Desk.Success(await bed.Desk.Send(Desk.Item("publish", new { topic = "events", exchangeType = "topic", routingKey = "other", message = 1 })));
        await bed.Desk.Success(await bed.Desk.Send(Desk.Item("publish", new { topic = "events", exchangeType = "topic", routingKey = "order.paid", message = 2 })));

        Encoding.UTF8.GetString((await channel.BasicGetAsync("mine", autoAck: true)).ShouldNotBeNull().Body.Span).ShouldBe("2");
        (await channel.BasicGetAsync("mine", autoAck: true)).ShouldBeNull();
    }

    [Fact]
    public async Task Should_send_to_a_queue_over_sqlite()
    {
        await using var transport = new SqliteTransport();
        await using var bed = await StockBed.Start(transport);
        await bed.Desk.Success(await bed.Desk.Send(Desk.Item("publish", new { queue = "orders", message = new { order = 7 } })));
        await bed.Desk.Watch("orders");

        (await bed.Desk.Aside.First(_ => true)).Body.ShouldBe("""{"order":7}""");
    }

    [Theory]
    [InlineData("""{"message":1}""", "Name either a 'queue' or a 'topic'.")]
    [InlineData("""{"message":1,"queue":"a","topic":"b"}""", "Name either a 'queue' or a 'topic'.")]
    [InlineData("""{"message":1,"queue":"a?type=x"}""", "'a?type=x' is not a name")]
    [InlineData("""{"message":1,"topic":"a","exchangeType":"x"}""", "'exchangeType' is 'x'")]
    public async Task Should_refuse_what_it_cannot_address(string input, string cause)
    {
        await using var bed = await StockBed.Start();
        var item = await bed.Desk.Send(Desk.Item("publish") with { Input = JsonElement.Parse(input) });

        var failure = await bed.Desk.Failure(item);
        failure.Error.ShouldBe("Publish.InvalidRequest");
        failure.Cause.ShouldNotBeNull().ShouldContain(cause);
    }
}
