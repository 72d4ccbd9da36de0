using System.Text;
using System.Text.Json;
using Flow.Worker.Tests.Bed;
using RabbitMQ.Client;

namespace Flow.Worker.Tests.Stock;

/// <summary>Integrations of Step Functions that are served on the bus, read by a client that knows nothing of MassTransit.</summary>
public sealed class IntegrationTests
{
    [Theory]
    [InlineData("""{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/111111111111/orders","MessageBody":{"order":7}}""", """{"order":7}""", "application/json")]
    [InlineData("""{"QueueUrl":"orders","MessageBody":"as it stands","MessageAttributes":{"tenant":{"DataType":"String","StringValue":"t1"}}}""", "as it stands", "text/plain")]
    public async Task Should_send_a_message_to_the_queue_that_the_url_ends_in(string input, string body, string contentType)
    {
        await using var transport = await RabbitMqTransport.CreateAsync();
        await using var bed = await StockBed.Start(transport);
        var item = await bed.Desk.Send(Desk.Item("sqs:sendMessage") with { Input = JsonElement.Parse(input) });

        var output = (await bed.Desk.Success(item)).Output;
        output.GetProperty("MessageId").GetGuid().ShouldBe(item.Token);
        output.GetProperty("MD5OfMessageBody").GetString()!.Length.ShouldBe(32);
        await using var connection = await transport.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var message = (await channel.BasicGetAsync("orders", autoAck: true)).ShouldNotBeNull();
        Encoding.UTF8.GetString(message.Body.Span).ShouldBe(body);
        message.BasicProperties.ContentType.ShouldBe(contentType);
    }

    [Fact]
    public async Task Should_publish_to_topics()
    {
        await using var transport = await RabbitMqTransport.CreateAsync();
        await using var bed = await StockBed.Start(transport);
        await using var connection = await transport.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var topic in new[] { "news", "bus" })
        {
            await channel.ExchangeDeclareAsync(topic, ExchangeType.Fanout, durable: true);
            await channel.QueueDeclareAsync("mine-" + topic, durable: false, exclusive: false, autoDelete: false);
            await channel.QueueBindAsync("mine-" + topic, topic, "");
        }

        await bed.Desk.Success(await bed.Desk.Send(Desk.Item("sns:publish", new { TopicArn = "arn:aws:sns:us-east-1:111111111111:news", Message = new { n = 1 }, Subject = "hello" })));
        var item = await bed.Desk.Send(Desk.Item("events:putEvents", new { Entries = new object[] { new { Source = "shop", DetailType = "paid", Detail = "{\"id\":7}", EventBusName = "bus" } } }));
        var put = (await bed.Desk.Success(item)).Output;

        var news = (await channel.BasicGetAsync("mine-news", autoAck: true)).ShouldNotBeNull();
        Encoding.UTF8.GetString(news.Body.Span).ShouldBe("""{"n":1}""");
        Encoding.UTF8.GetString((byte[])news.BasicProperties.Headers.ShouldNotBeNull()["Subject"]!).ShouldBe("hello");
        var told = JsonElement.Parse((await channel.BasicGetAsync("mine-bus", autoAck: true)).ShouldNotBeNull().Body.Span);
        told.GetProperty("detail-type").GetString().ShouldBe("paid");
        told.GetProperty("detail").GetProperty("id").GetInt32().ShouldBe(7);
        told.GetProperty("id").GetGuid().ShouldBe(put.GetProperty("Entries")[0].GetProperty("EventId").GetGuid());
        put.GetProperty("FailedEntryCount").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("sqs:sendMessage", """{"QueueUrl":"q","MessageBody":null}""", "SQS.AmazonSQSException", "MessageBody")]
    [InlineData("sqs:sendMessage", """{"QueueUrl":"q?x","MessageBody":1}""", "SQS.AmazonSQSException", "'q?x' is not a name")]
    [InlineData("sns:publish", """{"TopicArn":"t","Message":null}""", "SNS.InvalidParameterException", "Empty message")]
    [InlineData("events:putEvents", """{"Entries":[{"Source":"s","DetailType":"d","Detail":"\"text\""}]}""", "EventBridge.FailedEntry", "MalformedDetail")]
    [InlineData("events:putEvents", """{"Entries":[{"DetailType":"d","Detail":{}}]}""", "EventBridge.FailedEntry", "Source is a required argument")]
    public async Task Should_fail_under_the_name_that_a_definition_expects(string handler, string input, string error, string cause)
    {
        await using var bed = await StockBed.Start();
        var failure = await bed.Desk.Failure(await bed.Desk.Send(Desk.Item(handler) with { Input = JsonElement.Parse(input) }));
        failure.Error.ShouldBe(error);
        failure.Cause.ShouldNotBeNull().ShouldContain(cause);
    }
}
