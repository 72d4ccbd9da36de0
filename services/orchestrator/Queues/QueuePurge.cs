using Flow.Contracts;
using Flow.Transports;
using MassTransit;

namespace Flow.Orchestrator.Queues;

/// <summary>
/// Throws away what waits in a work queue, and tells each item's run, whose Retry and Catch go on from there. The queue is consumed for that: an item is acknowledged once its run has been told, and what
/// workers have is theirs.
/// </summary>
internal sealed class QueuePurge(IReceiveEndpointConnector connector, IBus bus, TimeProvider time, ILogger<QueuePurge> logger) : IDisposable
{
    /// <summary>Silence after which the queue is empty.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <summary>Most that one request takes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    // An endpoint can be there once only.
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task<PurgedItems> RunAsync(string queue, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var purged = await PurgeAsync(queue, cancellationToken);
            logger.LogWarning("{Items} items of the queue {Queue} were purged.", purged.Tokens.Count, queue);
            return purged;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<PurgedItems> PurgeAsync(string queue, CancellationToken cancellationToken)
    {
        var items = new PurgedItemConsumer(queue, bus, time);
        var lanes = new List<HostReceiveEndpointHandle>();
        bool isComplete;
        try
        {
            foreach (var lane in QueueNames.LanesOf(queue))
                lanes.Add(connector.ConnectReceiveEndpoint(lane, (context, endpoint) => Configure(items, lane, context, endpoint)));
            await Task.WhenAll(lanes.Select(lane => lane.Ready)).WaitAsync(Limit, time, cancellationToken);
            isComplete = await items.UntilSilentAsync(Silence, Limit, cancellationToken);
        }
        finally
        {
            // The endpoints before the items in hand, so that what goes back is not fetched again.
            var stopped = Task.WhenAll(lanes.Select(lane => lane.StopAsync(CancellationToken.None)));
            items.End();
            await stopped.WaitAsync(StopPatience, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return new(items.Tokens, isComplete);
    }

    private static void Configure(PurgedItemConsumer items, string lane, IBusRegistrationContext context, IReceiveEndpointConfigurator endpoint)
    {
        // An endpoint that is connected later gets the rules of the process only if asked for.
        context.GetConfigureReceiveEndpoints().Configure(lane, endpoint);
        endpoint.AsWorkQueue();
        endpoint.ConcurrentMessageLimit = 32;
        endpoint.PrefetchCount = 32;
        endpoint.PublishFaults = false;
        endpoint.Instance(items);
    }
}

/// <summary>What a purge threw away.</summary>
/// <param name="Tokens">The attempts whose runs were told.</param>
/// <param name="IsComplete">False: there are more than fit into one purge.</param>
internal sealed record PurgedItems(IReadOnlyCollection<Guid> Tokens, bool IsComplete);
