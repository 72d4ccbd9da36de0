using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Flow.Worker.Tests.Bed;

/// <summary>A body that is sent as it stands, to be what a broken sender sends.</summary>
internal sealed record RawBody(string Text);

internal sealed class RawBodySerializer : IMessageSerializer
{
    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class => new StringMessageBody(((RawBody)(object)context.Message).Text);
}
