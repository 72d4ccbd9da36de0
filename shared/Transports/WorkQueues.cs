using System.Globalization;
using Flow.Contracts;
using MassTransit;

namespace Flow.Transports;

/// <summary>The queues that work items travel through, alike on every transport.</summary>
public static class WorkQueues
{
    /// <summary>
    /// Where to send the <see cref="NodeWorkItem"/>s of a work queue. Sending there creates the queue, durable and with the arguments its workers will
    /// declare, when no worker has yet; the items wait in it. (In memory only: there what is sent before the first worker is gone.)
    /// </summary>
    /// <param name="queue">Name of the work queue, e.g. <c>video</c>; see <see cref="QueueNames.WorkQueueNameFault"/>.</param>
    /// <param name="priority">The item's, which says its lane.</param>
    /// <exception cref="ArgumentException">The name is not a work queue name.</exception>
    public static Uri Address(string queue, Priority priority) => new($"queue:{QueueNames.ForWork(queue, priority)}");

    /// <summary>
    /// Makes a receive endpoint named <see cref="QueueNames.ForWork(string, Priority)"/> take only what is sent to it: without this, every endpoint that consumes
    /// <see cref="NodeWorkItem"/> would subscribe to all of them.
    /// </summary>
    public static void AsWorkQueue(this IReceiveEndpointConfigurator endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        endpoint.ConfigureConsumeTopology = false;
    }

    /// <summary>The work queue that a message was received from, whichever of its lanes; null: it was from none.</summary>
    public static string? WorkQueue(this ReceiveContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return QueueNames.WorkQueueOf(context.InputAddress.AbsolutePath.Split('/')[^1]);
    }

    /// <summary>How often a received message was delivered before, as far as the transport counts that: it moves one that comes back too often to the error queue.</summary>
    public static int EarlierDeliveries(this ReceiveContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.TryGetPayload<SqlMessageContext>(out var counted))
            return counted.DeliveryCount;
        return context.TransportHeaders.TryGetHeader("x-delivery-count", out var count) ? Convert.ToInt32(count, CultureInfo.InvariantCulture) : context.Redelivered ? 1 : 0;
    }
}
