using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Flow.StockWorker.Publish;

/// <summary>A body that goes out exactly as it is.</summary>
internal sealed record PlainBody(string Text);

/// <summary>Writes <see cref="PlainBody"/> without an envelope.</summary>
internal sealed class PlainBodySerializer(string contentType) : IMessageSerializer
{
    public ContentType ContentType { get; } = new(contentType);

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class =>
        context.Message is PlainBody plain
            ? new StringMessageBody(plain.Text)
            : throw new NotSupportedException($"Only {nameof(PlainBody)} is sent as it is, not {typeof(T).Name}.");
}
