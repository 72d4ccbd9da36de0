using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Serialization;
using MassTransit.SqlTransport;

namespace Flow.Transports.Queues;

/// <summary>Headers that the transport keeps beside the body, stored as a JSON object.</summary>
internal static class TransportHeaders
{
    public static string? Write(SendHeaders headers)
    {
        var all = headers.GetAll().ToList();
        return all.Count == 0 ? null : JsonSerializer.Serialize<IEnumerable<KeyValuePair<string, object>>>(all, SystemTextJsonMessageSerializer.Options);
    }

    /// <summary>
    /// The engine counts redeliveries in a transport header, but consumers look for the count in the envelope; unless it is copied there, redelivery
    /// never ends.
    /// </summary>
    public static byte[] ShowRedeliveryCount(InboundMessage message)
    {
        if (message.TransportHeaders is null || message.ContentType?.StartsWith(SystemTextJsonMessageSerializer.JsonContentType.MediaType, StringComparison.Ordinal) != true)
            return message.Body;
        var count = SqlTransportMessage.DeserializeHeaders(message.TransportHeaders).Get(MessageHeaders.RedeliveryCount, default(int?));
        if (count is null || ParseObject(message.Body) is not { } envelope)
            return message.Body;

        if (envelope["headers"] is not JsonObject headers)
            envelope["headers"] = headers = [];
        headers[MessageHeaders.RedeliveryCount] = count;
        return JsonSerializer.SerializeToUtf8Bytes(envelope, SystemTextJsonMessageSerializer.Options);
    }

    private static JsonObject? ParseObject(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
