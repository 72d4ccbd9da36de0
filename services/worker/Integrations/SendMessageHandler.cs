using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Flow.StockWorker.Publish;
using Flow.Worker;

namespace Flow.StockWorker.Integrations;

/// <summary>The input of <c>sqs:sendMessage</c>.</summary>
/// <param name="QueueUrl">The queue: a URL or ARN that ends in its name, or the name.</param>
/// <param name="MessageBody">A text, sent as it is, or any other JSON value.</param>
/// <param name="MessageAttributes">Become headers.</param>
internal sealed record SendMessageInput(string QueueUrl, JsonElement MessageBody, IReadOnlyDictionary<string, MessageAttribute>? MessageAttributes = null);

/// <summary>An attribute of a message.</summary>
/// <param name="StringValue">Its value.</param>
internal sealed record MessageAttribute(string? StringValue = null);

/// <summary>The answer of <c>sqs:sendMessage</c>.</summary>
internal sealed record SendMessageOutput(
    [property: JsonPropertyName("MessageId")] Guid MessageId, [property: JsonPropertyName("MD5OfMessageBody")] string Hash);

/// <summary>Serves Step Functions' <c>sqs:sendMessage</c> on the worker's own transport: the queue of that name.</summary>
[NodeHandler("sqs:sendMessage")]
internal sealed class SendMessageHandler(BusPublisher publisher) : INodeHandler<SendMessageInput, SendMessageOutput>
{
    public async Task<Transition<SendMessageOutput>> HandleAsync(SendMessageInput input, NodeContext context)
    {
        if (input.MessageBody.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return Transition.Abort("SQS.AmazonSQSException", "The request must contain the parameter MessageBody.");
        var message = Bodies.Of(input.MessageBody, input.MessageAttributes) with { Queue = Bodies.LastPart(input.QueueUrl) };
        if (BusPublisher.Fault(message) is { } fault)
            return Transition.Abort("SQS.AmazonSQSException", fault);
        await publisher.PublishAsync(message, context.Token, context.CancellationToken);
        var body = Encoding.UTF8.GetBytes(message.Text ?? message.Message.GetRawText());
#pragma warning disable CA5351 // A checksum that SQS's answer has; nothing is secured by it.
        return new SendMessageOutput(context.Token, Convert.ToHexStringLower(MD5.HashData(body)));
#pragma warning restore CA5351
    }
}
