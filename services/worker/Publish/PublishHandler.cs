using System.Text.Json;
using Flow.Worker;

namespace Flow.StockWorker.Publish;

/// <summary>A message for other systems.</summary>
/// <param name="Message">The body, any JSON value, sent as application/json; or</param>
/// <param name="Text">the body as it stands, sent as text/plain.</param>
/// <param name="Queue">Queue to send it to; or</param>
/// <param name="Topic">topic to publish it to. On RabbitMQ that is an exchange.</param>
/// <param name="ExchangeType">On RabbitMQ, the type of the exchange: fanout (default), topic, direct or headers.</param>
/// <param name="RoutingKey">On RabbitMQ, the routing key.</param>
/// <param name="Headers">Headers of the message.</param>
internal sealed record PublishInput(
    JsonElement Message = default,
    string? Text = null,
    string? Queue = null,
    string? Topic = null,
    string ExchangeType = "fanout",
    string? RoutingKey = null,
    IReadOnlyDictionary<string, string>? Headers = null);

/// <summary>What was published.</summary>
/// <param name="MessageId">Id the broker carries.</param>
internal sealed record PublishOutput(Guid MessageId);

/// <summary>
/// Publishes a body without an envelope on the worker's own transport. Ends when the broker has the message; a repeat of the attempt publishes again with
/// the same message id, which is the attempt's Token.
/// </summary>
[NodeHandler("publish")]
internal sealed class PublishHandler(BusPublisher publisher) : INodeHandler<PublishInput, PublishOutput>
{
    public async Task<Transition<PublishOutput>> HandleAsync(PublishInput input, NodeContext context)
    {
        if (BusPublisher.Fault(input) is { } fault)
            return Transition.Abort("Publish.InvalidRequest", fault);
        await publisher.PublishAsync(input, context.Token, context.CancellationToken);
        return new PublishOutput(context.Token);
    }
}
