using System.Security.Cryptography;
using System.Text;
using MassTransit;
using MassTransit.Serialization;

namespace Flow.Transports.Messages;

/// <summary>What is known about a message without an envelope: its transport headers, and an id that is never missing.</summary>
internal sealed class PlainMessageContext(Headers headers, Uri? destinationAddress, byte[] body) : MessageContext
{
    // AMQP's property comes under MassTransit's name; queue providers hand a sender's text id on under this one.
    private const string TextId = "message-id";

    private readonly RawMessageContext _raw = new(headers, destinationAddress, RawSerializerOptions.CopyHeaders);

    public Guid? MessageId { get; } = IdOf(headers, body);

    public Guid? RequestId => _raw.RequestId;

    public Guid? CorrelationId => _raw.CorrelationId;

    public Guid? ConversationId => _raw.ConversationId;

    public Guid? InitiatorId => _raw.InitiatorId;

    public DateTime? ExpirationTime => null;

    public Uri? SourceAddress => _raw.SourceAddress;

    public Uri? DestinationAddress => _raw.DestinationAddress;

    public Uri? ResponseAddress => _raw.ResponseAddress;

    public Uri? FaultAddress => _raw.FaultAddress;

    public DateTime? SentTime => null;

    public Headers Headers => _raw.Headers;

    public HostInfo Host => _raw.Host;

    private static Guid IdOf(Headers headers, byte[] body)
    {
        var given = headers.TryGetHeader(MessageHeaders.MessageId, out var value) || headers.TryGetHeader(TextId, out value) ? value?.ToString() : null;
        if (Guid.TryParse(given, out var id))
            return id;
        var source = string.IsNullOrWhiteSpace(given) ? body : Encoding.UTF8.GetBytes("message-id:" + given);
        return new Guid(SHA256.HashData(source).AsSpan(0, 16));
    }
}
