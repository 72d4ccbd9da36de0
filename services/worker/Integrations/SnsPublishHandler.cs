using System.Text.Json;
using System.Text.Json.Serialization;
using Flow.StockWorker.Publish;
using Flow.Worker;

namespace Flow.StockWorker.Integrations;

/// <summary>The input of <c>sns:publish</c>.</summary>
/// <param name="TopicArn">The topic: an ARN that ends in its name, or the name.</param>
/// <param name="Message">A text, sent as it is, or any other JSON value.</param>
/// <param name="Subject">Becomes the header <c>Subject</c>.</param>
/// <param name="MessageAttributes">Become headers.</param>
internal sealed record SnsPublishInput(
    string TopicArn, JsonElement Message, string? Subject = null, IReadOnlyDictionary<string, MessageAttribute>? MessageAttributes = null);

/// <summary>The answer of <c>sns:publish</c>.</summary>
internal sealed record SnsPublishOutput([property: JsonPropertyName("MessageId")] Guid MessageId);

/// <summary>Serves Step Functions' <c>sns:publish</c> on the worker's own transport: the topic (on RabbitMQ the exchange) of that name.</summary>
[NodeHandler("sns:publish")]
internal sealed class SnsPublishHandler(BusPublisher publisher) : INodeHandler<SnsPublishInput, SnsPublishOutput>
{
    public async Task<Transition<SnsPublishOutput>> HandleAsync(SnsPublishInput input, NodeContext context)
    {
        if (input.Message.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return Transition.Abort("SNS.InvalidParameterException", "Invalid parameter: Empty message");
        var message = Bodies.Of(input.Message, input.MessageAttributes) with { Topic = Bodies.LastPart(input.TopicArn) };
        if (input.Subject is not null)
            message = message with { Headers = new Dictionary<string, string>(message.Headers ?? new Dictionary<string, string>(), StringComparer.Ordinal) { ["Subject"] = input.Subject } };
        if (BusPublisher.Fault(message) is { } fault)
            return Transition.Abort("SNS.InvalidParameterException", fault);
        await publisher.PublishAsync(message, context.Token, context.CancellationToken);
        return new SnsPublishOutput(context.Token);
    }
}
