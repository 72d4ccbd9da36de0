using System.Net.Mime;
using System.Text.Json;
using MassTransit;

namespace Flow.StockWorker.Publish;

/// <summary>Puts messages without an envelope on the worker's own transport.</summary>
internal sealed class BusPublisher(IBus bus)
{
    private const int MaxNameLength = 200;

    private static readonly string[] ExchangeTypes = ["fanout", "topic", "direct", "headers"];

    /// <summary>What keeps the message from being addressed; null: nothing does.</summary>
    public static string? Fault(PublishInput input)
    {
        if (input.Queue is null == input.Topic is null)
            return "Name either a 'queue' or a 'topic'.";
        var name = input.Queue ?? input.Topic!;
        if (name.Length is 0 or > MaxNameLength || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
            return $"'{name}' is not a name: use 1 to {MaxNameLength} letters, digits, '-', '_', '.' or ':'.";
        if (!ExchangeTypes.Contains(input.ExchangeType))
            return $"'exchangeType' is '{input.ExchangeType}'; allowed are {string.Join(", ", ExchangeTypes)}.";
        return input.Text is null == (input.Message.ValueKind == JsonValueKind.Undefined) ? "Give either a 'message' or a 'text'." : null;
    }

    /// <summary>Ends when the broker has the message.</summary>
    public async Task PublishAsync(PublishInput input, Guid messageId, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(Address(input));
        await endpoint.Send(
            new PlainBody(input.Text ?? input.Message.GetRawText()),
            send =>
            {
                send.Serializer = new PlainBodySerializer(input.Text is null ? MediaTypeNames.Application.Json : MediaTypeNames.Text.Plain);
                send.MessageId = messageId;
                if (input.RoutingKey is not null)
                    send.TrySetRoutingKey(input.RoutingKey);
                foreach (var (header, value) in input.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
                    send.Headers.Set(header, value);
            },
            cancellationToken);
    }

    private Uri Address(PublishInput input) => (input.Queue, bus.Address.Scheme) switch
    {
        ({ } queue, _) => new Uri($"queue:{queue}"),
        (null, "rabbitmq" or "rabbitmqs") => new Uri($"exchange:{input.Topic}?type={input.ExchangeType}"),
        _ => new Uri($"topic:{input.Topic}"),
    };
}
