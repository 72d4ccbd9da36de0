using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Flow.Transports.Queues;
using MassTransit;
using MassTransit.Serialization;

namespace Flow.Transports.AmazonSqs;

/// <summary>Messages of the engine as messages of SQS and SNS, and back.</summary>
internal sealed class SqsMessages(EnvelopeAddresses addresses, TimeProvider time)
{
    private const int LongestGroup = 128;

    private long _lastId;

    /// <summary>A message to a queue.</summary>
    /// <param name="message">The message.</param>
    /// <param name="toFifo">Whether the queue is a FIFO queue.</param>
    public WireMessage ToWire(OutboundMessage message, bool toFifo)
    {
        var id = message.TransportId.ToString();
        return toFifo
            ? Create(BodyOf(message), HeadersOf(message), message.Delay, mostDelaySeconds: 0, new WireTurn(GroupOf(message.PartitionKey, id), id))
            : Create(BodyOf(message), HeadersOf(message), message.Delay, WireMessage.MostDelaySeconds);
    }

    /// <summary>A message that is published.</summary>
    public WireMessage ToPublish(OutboundMessage message) => Create(BodyOf(message), HeadersOf(message), message.Delay, mostDelaySeconds: 0);

    /// <summary>A received message with other headers, to go elsewhere or to come later.</summary>
    public WireMessage Again(SqsMessage message, string? transportHeaders, TimeSpan delay, bool toFifo)
    {
        var headers = WireHeaders.Read(transportHeaders).ToList();
        if (message.Attributes.TryGetValue(WireHeaders.ContentType, out var contentType))
            headers.Add(new(WireHeaders.ContentType, contentType));
        // With its own id: when it could not be deleted after this, and comes once more, it is not there twice.
        return toFifo
            ? Create(message.Body, headers, delay, mostDelaySeconds: 0, new WireTurn(GroupOf(message.Group, message.MessageId), message.MessageId))
            : Create(message.Body, headers, delay, WireMessage.MostDelaySeconds);
    }

    /// <summary>What SNS wrapped, as it was published: a subscription that is not raw wraps it.</summary>
    public static SqsMessage Unwrap(SqsMessage message)
    {
        if (message.Attributes.ContainsKey(WireHeaders.ContentType) || !message.Body.StartsWith('{') || !message.Body.Contains("\"TopicArn\"", StringComparison.Ordinal))
            return message;
        try
        {
            var notification = JsonSerializer.Deserialize<JsonElement>(message.Body);
            if (!notification.TryGetProperty("Type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() != "Notification"
                || !notification.TryGetProperty("Message", out var body) || body.ValueKind != JsonValueKind.String)
                return message;
            return message with { Body = body.GetString()!, Attributes = AttributesOf(notification) };
        }
        catch (JsonException)
        {
            return message;
        }
    }

    /// <summary>A received message as the engine has it.</summary>
    /// <param name="message">The message, unwrapped.</param>
    /// <param name="lockId">The lease's.</param>
    /// <param name="redriveLimit">For a message that SQS itself put aside: after how many deliveries.</param>
    public InboundMessage FromWire(SqsMessage message, Guid lockId, int? redriveLimit)
    {
        var contentType = message.Attributes.GetValueOrDefault(WireHeaders.ContentType);
        return new InboundMessage
        {
            Lease = new Lease(lockId, Interlocked.Increment(ref _lastId)),
            TransportId = Guid.TryParse(message.MessageId, out var id) ? id : NewId.NextGuid(),
            EarlierDeliveries = Math.Max(0, message.Receives - 1),
            Priority = 100,
            PartitionKey = message.Group,
            SentAt = message.SentAt ?? time.GetUtcNow(),
            ExpiresAt = WireHeaders.Moment(message.Attributes, WireHeaders.Expires),
            ContentType = contentType,
            TransportHeaders = WireHeaders.FromAttributes(HeadersOf(message, contentType, redriveLimit)),
            Body = addresses.FromWire(Encoding.UTF8.GetBytes(message.Body), contentType),
        };
    }

    /// <summary>Whole seconds, not less than the time.</summary>
    public static int SecondsOf(TimeSpan time) => (int)Math.Min(int.MaxValue, Math.Ceiling(Math.Max(0, time.TotalSeconds)));

    /// <summary>A message that is to be later than its way can delay it says so, and queues of Flow keep it back. SNS and FIFO queues delay nothing.</summary>
    private WireMessage Create(string body, List<KeyValuePair<string, string>> headers, TimeSpan delay, int mostDelaySeconds, WireTurn? turn = null)
    {
        var seconds = SecondsOf(delay);
        if (seconds > mostDelaySeconds)
            headers.Add(new(WireHeaders.Due, WireHeaders.Moment(time.GetUtcNow() + delay)));
        return new(body, WireHeaders.ToAttributes(headers, Encoding.UTF8.GetByteCount(body)), Math.Min(seconds, mostDelaySeconds), turn);
    }

    private string BodyOf(OutboundMessage message) => Encoding.UTF8.GetString(addresses.ToWire(message.Body, message.ContentType));

    private List<KeyValuePair<string, string>> HeadersOf(OutboundMessage message)
    {
        var headers = WireHeaders.Read(message.TransportHeaders).ToList();
        if (message.ContentType is not null)
            headers.Add(new(WireHeaders.ContentType, message.ContentType));
        if (message.TimeToLive is { } life)
            headers.Add(new(WireHeaders.Expires, WireHeaders.Moment(time.GetUtcNow() + message.Delay + life)));
        return headers;
    }

    /// <summary>The group of a message's key, as SQS takes it. One without a key is a group of its own: nothing waits for it.</summary>
    private static string GroupOf(string? key, string id)
    {
        if (string.IsNullOrEmpty(key))
            return id;
        return key.Length <= LongestGroup && key.All(c => c is > ' ' and <= '~') ? key : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }

    private static Dictionary<string, string> HeadersOf(SqsMessage message, string? contentType, int? redriveLimit)
    {
        var headers = message.Attributes.ToDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal);
        // A message without an envelope has the id that SQS gave it, the same at each delivery, unless its sender gave one.
        if (contentType?.StartsWith(SystemTextJsonMessageSerializer.JsonContentType.MediaType, StringComparison.OrdinalIgnoreCase) != true && !headers.ContainsKey(MessageHeaders.MessageId))
            headers.TryAdd(WireHeaders.MessageId, message.MessageId);
        if (redriveLimit is { } limit && !headers.ContainsKey(MessageHeaders.Reason))
        {
            headers[MessageHeaders.Reason] = "fault";
            headers[MessageHeaders.FaultMessage] = $"Received {limit} times and never acknowledged: the delivery limit is reached.";
            headers[DeadLetters.AsideHeaders.Deliveries] = $"{limit}";
        }

        return headers;
    }

    private static Dictionary<string, string> AttributesOf(JsonElement notification)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!notification.TryGetProperty("MessageAttributes", out var all) || all.ValueKind != JsonValueKind.Object)
            return attributes;
        foreach (var one in all.EnumerateObject())
        {
            if (one.Value.TryGetProperty("Value", out var value) && value.ValueKind == JsonValueKind.String)
                attributes[one.Name] = value.GetString()!;
        }

        return attributes;
    }
}
