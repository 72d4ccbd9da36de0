using System.Net.Mime;
using MassTransit;
using MassTransit.Context;

namespace Flow.Persistence;

/// <summary>Sends a row as it was captured: same ids, same headers, same bytes.</summary>
internal sealed class EnvelopeSendPipe(OutboxEntry row, DateTime now) : IPipe<SendContext>
{
    public Task Send(SendContext context)
    {
        var envelope = Envelope.Read(row);
        context.MessageId = row.MessageId;
        context.RequestId = envelope.RequestId;
        context.CorrelationId = envelope.CorrelationId;
        context.ConversationId = envelope.ConversationId;
        context.InitiatorId = envelope.InitiatorId;
        context.SourceAddress = envelope.SourceAddress;
        context.ResponseAddress = envelope.ResponseAddress;
        context.FaultAddress = envelope.FaultAddress;
        context.SupportedMessageTypes = envelope.MessageTypes;
        if (envelope.ExpiresAt is { } expires)
            context.TimeToLive = expires > now ? expires - now : TimeSpan.FromMilliseconds(1);
        foreach (var (key, value) in envelope.Headers ?? [])
            context.Headers.Set(key, value);
        if (context is TransportSendContext transport && envelope.Properties is { } properties)
            transport.ReadPropertiesFrom(properties);
        context.Serializer = new Captured(new ContentType(envelope.ContentType), row.Body);
        return Task.CompletedTask;
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("outboxEnvelope");

    private sealed class Captured(ContentType contentType, byte[] body) : IMessageSerializer
    {
        public ContentType ContentType => contentType;

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class => new BytesMessageBody(body);
    }
}
