using Flow.Transports.Messages;
using MassTransit;

namespace Flow.Transports;

/// <summary>Lets programs that know nothing of MassTransit send to an endpoint.</summary>
public static class PlainJsonExtensions
{
    /// <summary>
    /// The endpoint takes plain JSON bodies of <typeparamref name="TMessage"/> (content type <c>application/json</c>, or none) beside MassTransit
    /// envelopes. It must take this one message type only, for a plain body names none. A plain body without a GUID as message id gets an id derived from
    /// its message-id text, the same on every delivery, so that redelivery is one message; without a message-id every delivery is a message of its own.
    /// A body that is no <typeparamref name="TMessage"/> goes to <c>&lt;queue&gt;_error</c> with the reason
    /// at once; the messages behind it go on.
    /// </summary>
    /// <typeparam name="TMessage">The endpoint's only message type.</typeparam>
    public static void AcceptPlainJson<TMessage>(this IReceiveEndpointConfigurator endpoint)
        where TMessage : class
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        endpoint.AddDeserializer(new PlainJsonDeserializerFactory<TMessage>(), isDefault: true);
    }
}
