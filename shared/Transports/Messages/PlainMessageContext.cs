using System.Security.Cryptography;
using System.Text;
using MassTransit;
using MassTransit.Serialization;

namespace Flow.Transports.Messages;

/// <summary>What is known about a message without an envelope: its transport headers, and an id that is never missing.</summary>
internal sealed class PlainMessageContext(Headers headers, Uri? destinationAddress) : MessageContext
{
    // AMQP's property comes under MassTransit's name; queue providers hand a sender's text id on under this one.
    private const string TextId = "message-id";

    private readonly RawMessageContext _raw = new(headers, destinationAddress, RawSerializerOptions.CopyHeaders);

    public Guid? MessageId { get; } = IdOf(headers);

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

    /// <summary>
    /// Without an id every delivery is a message of its own: a hash of the body would make one order of two equal ones, and a lost order is worse than
    /// the copy that a crash before the acknowledgement may bring to a sender that gave no identity at all.
    /// </summary>
    private static Guid IdOf(Headers headers)
    {
        var given = headers.TryGetHeader(MessageHeaders.MessageId, out var value) || headers.TryGetHeader(TextId, out value) ? value?.ToString() : null;
        if (Guid.TryParse(given, out var id))
            return id;
        return string.IsNullOrWhiteSpace(given) ? NewId.NextSequentialGuid() : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes("message-id:" + given)).AsSpan(0, 16));
    }
}
