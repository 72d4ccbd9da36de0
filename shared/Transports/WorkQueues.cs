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
    /// <param name="queue">Name of the work queue, e.g. <c>video</c>; see <see cref="QueueNames.IsWorkQueueName"/>.</param>
    /// <exception cref="ArgumentException">The name is not a work queue name.</exception>
    public static Uri Address(string queue) => new($"queue:{QueueNames.ForWork(queue)}");

    /// <summary>
    /// Makes a receive endpoint named <see cref="QueueNames.ForWork"/> take only what is sent to it: without this, every endpoint that consumes
    /// <see cref="NodeWorkItem"/> would subscribe to all of them.
    /// </summary>
    public static void AsWorkQueue(this IReceiveEndpointConfigurator endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        endpoint.ConfigureConsumeTopology = false;
    }
}
