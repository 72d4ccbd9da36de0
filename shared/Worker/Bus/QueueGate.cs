using Flow.Contracts;
using Flow.Transports;
using Flow.Worker.Execution;
using Flow.Worker.Handlers;
using Flow.Worker.Policies;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Bus;

/// <summary>
/// The worker's endpoints on its work queues, one for each lane. They are closed while every place is taken by an item under a lease, and each of them while every handler that declares its queue is shut, for nothing could be
/// handled then, and other workers may be idle; and while its queue is paused.
/// </summary>
internal sealed class QueueGate(
    IReceiveEndpointConnector connector,
    HandlerCatalog catalog,
    PolicyBook policies,
    HandlerGates gates,
    Places places,
    PausedQueues paused,
    NodeWorkItemConsumer items,
    WorkItemErrorFilter undecodable,
    IOptions<FlowWorkerOptions> options,
    TimeProvider time,
    ILogger<QueueGate> logger) : IDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, IReadOnlyList<HostReceiveEndpointHandle>> _open = new(StringComparer.Ordinal);
    private Task _keeping = Task.CompletedTask;

    /// <summary>Opens the queues, and closes and opens them as places are taken and freed, handlers rest and operators pause.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        Open(catalog.Queues.Where(queue => !paused.Has(queue)));
        await Task.WhenAll(_open.Values.SelectMany(lanes => lanes).Select(lane => lane.Ready)).WaitAsync(cancellationToken);
        _keeping = Keep(_stop.Token);
    }

    /// <summary>Closes the queues for good. Ends when the items in hand are done, or under a lease.</summary>
    public async Task Stop(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Close([.. _open.Keys], cancellationToken);
    }

    public void Dispose() => _stop.Dispose();

    private async Task Keep(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var changed = Task.WhenAny(places.Changed, gates.Changed, paused.Changed);
            var isFull = places.AreAllLeased;
            string[] shut = [.. catalog.Queues.Where(queue => isFull || paused.Has(queue) || IsShut(queue))];
            string[] closing = [.. shut.Where(_open.ContainsKey)];
            string[] opening = [.. catalog.Queues.Except(shut, StringComparer.Ordinal).Where(queue => !_open.ContainsKey(queue))];
            if (closing.Length > 0)
            {
                if (isFull)
                    logger.LogInformation("All {Concurrency} places are taken by items under a lease; nothing more is fetched until one is free.", options.Value.Concurrency);
                else
                    logger.LogInformation("Nothing of {Queues} can begin for now: no handler can take an item, or the queue is paused; nothing more is fetched from there.", string.Join(", ", closing));
                // To the end, even if the worker is to stop meanwhile: an endpoint that was stopped by half holds up the bus.
                await Close(closing, CancellationToken.None);
            }
            else if (opening.Length > 0)
            {
                Open(opening);
            }
            else
            {
                await changed.WaitAsync(stopping);
            }
        }
    }

    private bool IsShut(string queue) => catalog.On(queue) is { Count: > 0 } handlers && handlers.All(h => gates[h.Name].IsShut);

    private void Open(IEnumerable<string> queues)
    {
        foreach (var queue in queues)
        {
            var deliveries = DeliveriesAtOnce(catalog.On(queue));
            _open[queue] = [.. QueueNames.LanesOf(queue).Select(lane => connector.ConnectReceiveEndpoint(lane, (context, endpoint) => Configure(context, endpoint, deliveries)))];
        }
    }

    /// <summary>Deliveries of a lane at once. As many as can be handled; and where some may have to wait for their handler's turn, as many again, that may pass them.</summary>
    private int DeliveriesAtOnce(IReadOnlyList<HandlerRegistration> handlers)
    {
        var own = handlers.Select(h => policies[h]).ToList();
        if (own.Count > 0 && own.TrueForAll(p => p.Concurrency is not null && p.Rate?.Key is null))
            return Math.Min(options.Value.Concurrency, own.Sum(p => p.Concurrency!.Value));
        return own.Exists(p => p.MayWait) ? options.Value.Concurrency * 2 : options.Value.Concurrency;
    }

    private async Task Close(IReadOnlyCollection<string> queues, CancellationToken cancellationToken)
    {
        await Task.WhenAll(queues.SelectMany(queue => _open[queue]).Select(lane => Stop(lane, cancellationToken)));
        foreach (var queue in queues)
            _open.Remove(queue);
    }

    private async Task Stop(HostReceiveEndpointHandle endpoint, CancellationToken cancellationToken)
    {
        // The transport may never end an endpoint that is stopped while it starts.
        await ((Task)endpoint.Ready).WaitAsync(StartPatience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await endpoint.StopAsync(cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "The endpoint {Address} did not stop in good order; its unacknowledged items go back to the queue.", endpoint.ReceiveEndpoint.InputAddress);
        }
    }

    private void Configure(IBusRegistrationContext context, IReceiveEndpointConfigurator endpoint, int deliveries)
    {
        // An endpoint that is connected later gets the rules of the process only if asked for.
        context.GetConfigureReceiveEndpoints().Configure(endpoint.InputAddress.AbsolutePath.Split('/')[^1], endpoint);
        endpoint.AsWorkQueue();
        endpoint.ConcurrentMessageLimit = deliveries;
        // No more than can be handled: an item that waits here behind a long one could run elsewhere.
        endpoint.PrefetchCount = deliveries;
        endpoint.PublishFaults = false;
        endpoint.ConfigureError(error =>
        {
            error.UseFilter(undecodable);
            error.UseFilter(new ErrorTransportFilter());
        });
        endpoint.ConfigureDeadLetter(skipped => skipped.UseFilter(undecodable));
        endpoint.Instance(items);
    }
}
