using MassTransit;

namespace Flow.Transports.Messages;

/// <summary>How Flow asks over the bus.</summary>
public static class RequestExtensions
{
    /// <summary>
    /// The message outlives the patience of who sent it. MassTransit lets a request expire with its timeout, and what expires in a queue of RabbitMQ is put into the error queue, where it looks like a failure.
    /// Answered late, it does no harm: an answer to somebody who has gone is dropped.
    /// </summary>
    public static void NeverExpires<TRequest>(this IRequestPipeConfigurator<TRequest> request)
        where TRequest : class => request.UseExecute(send => send.TimeToLive = null);
}
