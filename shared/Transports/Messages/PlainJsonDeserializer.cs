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
        var bytes = body.GetBytes();
        var (message, problem) = Read(bytes);
        // Thrown bare: of a chain of exceptions only the innermost message reaches the error queue.
        if (problem is not null)
            throw new SerializationException($"The body is not a {typeof(TMessage).Name} as JSON: {problem}");
        return new SystemTextJsonRawSerializerContext(
            SystemTextJsonMessageSerializer.Instance, SystemTextJsonMessageSerializer.Options, ContentType,
            new PlainMessageContext(headers, destinationAddress), MessageTypes, RawSerializerOptions.CopyHeaders, message);
    }

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    /// <summary>The body, or what is wrong with it: found out now, before any retry.</summary>
    private static (JsonElement Message, string? Problem) Read(byte[] body)
    {
        try
        {
            var element = JsonSerializer.Deserialize<JsonElement>(body, SystemTextJsonMessageSerializer.Options);
            return element.Deserialize<TMessage>(SystemTextJsonMessageSerializer.Options) is null ? (element, "it is null.") : (element, null);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            return (default, exception.Message);
        }
    }
}
