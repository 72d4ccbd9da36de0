using System.Text;
using System.Text.Json;
using MassTransit.Serialization;

namespace Flow.Transports.AmazonSqs;

/// <summary>
/// Addresses in the envelopes of messages. On the wire they are those of MassTransit.AmazonSQS (<c>amazonsqs://eu-central-1/queue</c>), within the process those of the engine
/// (<c>db://flow/queue</c>). A queue without our name prefix is another system's: within the process its name begins with a colon, which no queue of SQS has.
/// </summary>
internal sealed class EnvelopeAddresses(string region, AmazonSqsNames names)
{
    private const string WireScheme = "amazonsqs";
    private const string EngineScheme = "db";
    private const string EngineHost = "flow";
    private const string TemporarySeconds = "300";

    private static readonly string[] Fields = ["sourceAddress", "destinationAddress", "responseAddress", "faultAddress"];

    /// <summary>The body as it goes out.</summary>
    public byte[] ToWire(byte[] body, string? contentType) => IsEnvelope(contentType) ? Rewrite(body, ToWire) : body;

    /// <summary>The body as the engine has it.</summary>
    public byte[] FromWire(byte[] body, string? contentType) => IsEnvelope(contentType) ? Rewrite(body, FromWire) : body;

    /// <summary>An address as it goes out; null: it is none of the engine's, and stays as it is.</summary>
    public string? ToWire(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme != EngineScheme)
            return null;
        var name = Uri.UnescapeDataString(uri.AbsolutePath.Split('/')[^1]);
        if (uri.Query.Contains("type=topic", StringComparison.Ordinal))
            return $"{WireScheme}://{region}/{names.Topic(name)}?type=topic";
        return $"{WireScheme}://{region}/{names.Queue(name)}{(uri.Query.Contains("autodelete=", StringComparison.Ordinal) ? "?durable=false&autodelete=true" : string.Empty)}";
    }

    /// <summary>An address as the engine has it; null: it is not one of this region, and stays as it is.</summary>
    public string? FromWire(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme != WireScheme || !uri.Host.Equals(region, StringComparison.OrdinalIgnoreCase))
            return null;
        var wire = Uri.UnescapeDataString(uri.AbsolutePath.Split('/')[^1]);
        if (uri.Query.Contains("type=topic", StringComparison.OrdinalIgnoreCase))
            return $"{EngineScheme}://{EngineHost}/{names.TopicOf(wire)}?type=topic";
        var isTemporary = uri.Query.Contains("autodelete=true", StringComparison.OrdinalIgnoreCase) || uri.Query.Contains("temporary=true", StringComparison.OrdinalIgnoreCase);
        return $"{EngineScheme}://{EngineHost}/{names.QueueOf(wire)}{(isTemporary ? $"?autodelete={TemporarySeconds}" : string.Empty)}";
    }

    private static bool IsEnvelope(string? contentType) =>
        contentType?.StartsWith(SystemTextJsonMessageSerializer.JsonContentType.MediaType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Exchanges the addresses at the top of the envelope; the message in it is passed over, and a body that is no JSON is left as it is.</summary>
    private static byte[] Rewrite(byte[] body, Func<string, string?> exchange)
    {
        var changes = new List<(int Start, int End, string Value)>();
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return body;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isAddress = IsAddress(ref reader);
                reader.Read();
                if (isAddress && reader.TokenType == JsonTokenType.String && exchange(reader.GetString()!) is { } value)
                    changes.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed, value));
                else
                    reader.Skip();
            }
        }
        catch (JsonException)
        {
            return body;
        }

        return changes.Count == 0 ? body : Splice(body, changes);
    }

    private static bool IsAddress(ref Utf8JsonReader property)
    {
        foreach (var field in Fields)
        {
            if (property.ValueTextEquals(field))
                return true;
        }

        return false;
    }

    private static byte[] Splice(byte[] body, List<(int Start, int End, string Value)> changes)
    {
        using var result = new MemoryStream(body.Length + (changes.Count * 32));
        var from = 0;
        foreach (var (start, end, value) in changes)
        {
            result.Write(body, from, start - from);
            result.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value)));
            from = end;
        }

        result.Write(body, from, body.Length - from);
        return result.ToArray();
    }
}
