using System.Net.Mime;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;

namespace Flow.StockWorker.Publish;

/// <summary>A body that goes out exactly as it is.</summary>
internal sealed record PlainJson(JsonElement Body);

/// <summary>Writes <see cref="PlainJson"/> without an envelope.</summary>
internal sealed class PlainJsonSerializer : IMessageSerializer
{
    public static readonly PlainJsonSerializer Instance = new();

    public ContentType ContentType { get; } = new(MediaTypeNames.Application.Json);

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class =>
        context.Message is PlainJson plain
            ? new StringMessageBody(plain.Body.GetRawText())
            : throw new NotSupportedException($"Only {nameof(PlainJson)} is sent as it is, not {typeof(T).Name}.");
}
