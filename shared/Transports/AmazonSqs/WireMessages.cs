using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Flow.Transports.AmazonSqs;

/// <summary>A message as it goes to SQS or SNS.</summary>
/// <param name="Body">Its text.</param>
/// <param name="Attributes">At most <see cref="MostAttributes"/>, none of them empty.</param>
/// <param name="DelaySeconds">How long SQS keeps it back, up to <see cref="MostDelaySeconds"/>; 0 for a FIFO queue.</param>
/// <param name="Turn">Its place in a FIFO queue; null: it goes to a queue without order, or to a topic.</param>
internal sealed record WireMessage(string Body, IReadOnlyDictionary<string, string> Attributes, int DelaySeconds = 0, WireTurn? Turn = null)
{
    /// <summary>With more SQS refuses a message, and SNS drops it on the way to a queue.</summary>
    public const int MostAttributes = 10;

    public const int MostDelaySeconds = 900;

    /// <summary>As AWS counts it: body, names, types and values.</summary>
    public int Bytes { get; } = Encoding.UTF8.GetByteCount(Body) + Attributes.Sum(a => Encoding.UTF8.GetByteCount(a.Key) + "String".Length + Encoding.UTF8.GetByteCount(a.Value));
}

/// <summary>What a FIFO queue wants to know of a message.</summary>
/// <param name="Group">Of the messages of a group SQS hands out one after another, in the order in which it got them: 1 to 128 letters, digits and ASCII punctuation.</param>
/// <param name="Id">SQS takes a message of the same id for the same message for five minutes, and stores it once.</param>
internal sealed record WireTurn(string Group, string Id);

/// <summary>Why one entry of a batch failed.</summary>
/// <param name="Code">Name of the error.</param>
/// <param name="Message">The service's sentence.</param>
/// <param name="IsOurs">Whether the entry was wrong; else the same entry may go well later.</param>
internal sealed record EntryFault(string Code, string Message, bool IsOurs);

/// <summary>A message as SQS hands it out.</summary>
internal sealed record SqsMessage
{
    public required string MessageId { get; init; }

    public required string Receipt { get; init; }

    public required string Body { get; init; }

    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>Its group in a FIFO queue; null: the queue is none.</summary>
    public string? Group { get; init; }

    /// <summary>How often it was received, this time included.</summary>
    public int Receives { get; init; } = 1;

    public DateTimeOffset? SentAt { get; init; }

    public static SqsMessage Read(JsonElement message)
    {
        var system = Strings(message, "Attributes", value => value.GetString());
        return new SqsMessage
        {
            MessageId = message.GetProperty(nameof(MessageId)).GetString()!,
            Receipt = message.GetProperty("ReceiptHandle").GetString()!,
            Body = message.TryGetProperty(nameof(Body), out var body) ? body.GetString() ?? string.Empty : string.Empty,
            Attributes = Strings(message, "MessageAttributes", value => value.TryGetProperty("StringValue", out var text) ? text.GetString() : null),
            Group = system.GetValueOrDefault("MessageGroupId"),
            Receives = Number(system, "ApproximateReceiveCount") is { } count ? (int)count : 1,
            SentAt = Number(system, "SentTimestamp") is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null,
        };
    }

    private static long? Number(Dictionary<string, string> values, string name) =>
        values.TryGetValue(name, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Dictionary<string, string> Strings(JsonElement message, string property, Func<JsonElement, string?> read)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!message.TryGetProperty(property, out var all) || all.ValueKind != JsonValueKind.Object)
            return values;
        foreach (var one in all.EnumerateObject())
        {
            if (read(one.Value) is { } value)
                values[one.Name] = value;
        }

        return values;
    }
}
