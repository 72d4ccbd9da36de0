using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit;
using MassTransit.Context;

namespace Flow.Persistence;

/// <summary>What travels with a message beside its body.</summary>
internal sealed record Envelope
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public Guid? RequestId { get; init; }

    public Guid? CorrelationId { get; init; }

    public Guid? ConversationId { get; init; }

    public Guid? InitiatorId { get; init; }

    public Uri? SourceAddress { get; init; }

    public Uri? ResponseAddress { get; init; }

    public Uri? FaultAddress { get; init; }

    public DateTime? ExpiresAt { get; init; }

    public required string ContentType { get; init; }

    public required string[] MessageTypes { get; init; }

    public Dictionary<string, object>? Headers { get; init; }

    /// <summary>Settings of the transport: routing key, priority, … .</summary>
    public Dictionary<string, object>? Properties { get; init; }

    /// <summary>
    /// The row of a message that was handed to the outbox. A delayed message becomes due later; everything else is due now and leased to its sender.
    /// </summary>
    public static OutboxEntry Capture<T>(SendContext<T> context, DateTime now)
        where T : class
    {
        var delay = context.Delay is { } wanted && wanted > TimeSpan.Zero ? wanted : TimeSpan.Zero;
        // The row itself waits: brokers without delayed delivery need no plugin, and those with it must not delay twice.
        context.Delay = null;
        var properties = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        (context as TransportSendContext)?.WritePropertiesTo(properties);
        var body = context.Serializer.GetMessageBody(context).GetBytes();
        var headers = context.Headers.GetAll().Where(header => header.Value is not null).ToDictionary(header => header.Key, header => header.Value, StringComparer.Ordinal);
        var envelope = new Envelope
        {
            RequestId = context.RequestId,
            CorrelationId = context.CorrelationId,
            ConversationId = context.ConversationId,
            InitiatorId = context.InitiatorId,
            SourceAddress = context.SourceAddress,
            ResponseAddress = context.ResponseAddress,
            FaultAddress = context.FaultAddress,
            ExpiresAt = now + delay + context.TimeToLive,
            ContentType = (context.ContentType ?? context.Serializer.ContentType).ToString(),
            MessageTypes = context.SupportedMessageTypes,
            Headers = headers.Count == 0 ? null : headers,
            Properties = properties.Count == 0 ? null : properties,
        };
        return new OutboxEntry
        {
            Id = NewId.NextSequentialGuid(),
            DueAt = now + delay,
            NotBefore = delay > TimeSpan.Zero ? now + delay : now + OutboxLease.Length,
            Destination = context.DestinationAddress!.ToString(),
            MessageId = context.MessageId ?? throw new MessageException(typeof(T), "A message without an id cannot pass the outbox."),
            Envelope = JsonSerializer.Serialize(envelope, Json),
            Body = body,
        };
    }

    public static Envelope Read(OutboxEntry row)
    {
        var envelope = JsonSerializer.Deserialize<Envelope>(row.Envelope, Json) ?? throw new JsonException($"The envelope of outbox row {row.Id} is null.");
        return envelope with { Headers = Plain(envelope.Headers), Properties = Plain(envelope.Properties) };
    }

    // Headers are text, numbers and truth on the wire of every transport; anything richer already is in the body's own envelope.
    private static Dictionary<string, object>? Plain(Dictionary<string, object>? values) =>
        values?.ToDictionary(pair => pair.Key, pair => pair.Value is JsonElement element ? Plain(element) : pair.Value, StringComparer.OrdinalIgnoreCase);

    private static object Plain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Number when element.TryGetInt64(out var number) => number,
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => element.GetRawText(),
    };
}
