using System.Net.Mime;
using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;

namespace Flow.Transports.Messages;

internal sealed class PlainJsonDeserializerFactory<TMessage> : ISerializerFactory
    where TMessage : class
{
    public ContentType ContentType => SystemTextJsonRawMessageSerializer.JsonContentType;

    public IMessageSerializer CreateSerializer() => throw new NotSupportedException("Flow sends envelopes; plain JSON is only received.");

    public IMessageDeserializer CreateDeserializer() => new PlainJsonDeserializer<TMessage>();
}

/// <summary>Reads a body that is the JSON of one <typeparamref name="TMessage"/> and nothing more.</summary>
internal sealed class PlainJsonDeserializer<TMessage> : IMessageDeserializer
    where TMessage : class
{
    private static readonly string[] MessageTypes = [MessageUrn.ForTypeString<TMessage>()];

    public ContentType ContentType => SystemTextJsonRawMessageSerializer.JsonContentType;

    public void Probe(ProbeContext context) => context.CreateScope("plainJson").Add("messageType", MessageTypes[0]);

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        new BodyConsumeContext(receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null)
    {
        var options = SystemTextJsonMessageSerializer.Options;
        var bytes = body.GetBytes();
        try
        {
            var element = JsonSerializer.Deserialize<JsonElement>(bytes, options);
            // Only to find out now, before any retry, whether it is one.
            _ = element.Deserialize<TMessage>(options) ?? throw new SerializationException($"The body is null, not a {typeof(TMessage).Name}.");
            return new SystemTextJsonRawSerializerContext(
                SystemTextJsonMessageSerializer.Instance, options, ContentType, new PlainMessageContext(headers, destinationAddress, bytes),
                MessageTypes, RawSerializerOptions.CopyHeaders, element);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            // Without an inner exception: only the innermost message reaches the error queue.
            throw new SerializationException($"The body is not a {typeof(TMessage).Name} as JSON: {exception.Message}");
        }
    }

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);
}
