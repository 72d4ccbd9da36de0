using System.Text.Json;
using Flow.Worker;
using MassTransit;

namespace Flow.StockWorker.Publish;

/// <summary>A message for other systems.</summary>
/// <param name="Message">The body, any JSON value.</param>
/// <param name="Queue">Queue to send it to; or</param>
/// <param name="Topic">topic to publish it to. On RabbitMQ that is an exchange.</param>
/// <param name="ExchangeType">On RabbitMQ, the type of the exchange: fanout (default), topic, direct or headers.</param>
/// <param name="RoutingKey">On RabbitMQ, the routing key.</param>
/// <param name="Headers">Headers of the message.</param>
internal sealed record PublishInput(
    JsonElement Message,
    string? Queue = null,
    string? Topic = null,
    string ExchangeType = "fanout",
    string? RoutingKey = null,
    IReadOnlyDictionary<string, string>? Headers = null);

/// <summary>What was published.</summary>
/// <param name="MessageId">Id the broker carries.</param>
internal sealed record PublishOutput(Guid MessageId);

/// <summary>
/// Publishes plain JSON (content type application/json, no envelope) on the worker's own transport. Ends when the broker has the message; a repeat of the attempt
/// publishes again with the same message id, which is the attempt's Token.
/// </summary>
[NodeHandler("publish")]
internal sealed class PublishHandler(IBus bus) : INodeHandler<PublishInput, PublishOutput>
{
    private const int MaxNameLength = 200;

    private static readonly string[] ExchangeTypes = ["fanout", "topic", "direct", "headers"];

    public async Task<Transition<PublishOutput>> HandleAsync(PublishInput input, NodeContext context)
    {
        if (input.Queue is null == input.Topic is null)
            return Invalid("Name either a 'queue' or a 'topic'.");
        var name = input.Queue ?? input.Topic!;
        if (name.Length is 0 or > MaxNameLength || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
            return Invalid($"'{name}' is not a name: use 1 to {MaxNameLength} letters, digits, '-', '_', '.' or ':'.");
        if (!ExchangeTypes.Contains(input.ExchangeType))
            return Invalid($"'exchangeType' is '{input.ExchangeType}'; allowed are {string.Join(", ", ExchangeTypes)}.");

        var endpoint = await bus.GetSendEndpoint(Address(input));
        await endpoint.Send(
            new PlainJson(input.Message),
            send =>
            {
                send.Serializer = PlainJsonSerializer.Instance;
                send.MessageId = context.Token;
                if (input.RoutingKey is not null)
                    send.TrySetRoutingKey(input.RoutingKey);
                foreach (var (header, value) in input.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
                    send.Headers.Set(header, value);
            },
            context.CancellationToken);
        return new PublishOutput(context.Token);
    }

    private static Transition<PublishOutput> Invalid(string cause) => Transition.Abort("Publish.InvalidRequest", cause);

    private Uri Address(PublishInput input) => (input.Queue, bus.Address.Scheme) switch
    {
        ({ } queue, _) => new Uri($"queue:{queue}"),
        (null, "rabbitmq" or "rabbitmqs") => new Uri($"exchange:{input.Topic}?type={input.ExchangeType}"),
        _ => new Uri($"topic:{input.Topic}"),
    };
}
