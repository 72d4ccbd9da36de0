using Flow.Contracts;
using Flow.Transports;
using Flow.Worker.Execution;
using Flow.Worker.Handlers;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Bus;

/// <summary>The worker's endpoints on its work queues. They are closed while every place is taken by an item under a lease, for nothing could be handled then, and other workers may be idle.</summary>
internal sealed class QueueGate(
    IReceiveEndpointConnector connector,
    HandlerCatalog catalog,
    Places places,
    NodeWorkItemConsumer items,
    WorkItemErrorFilter undecodable,
    IOptions<FlowWorkerOptions> options,
    TimeProvider time,
    ILogger<QueueGate> logger) : IDisposable
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyList<HostReceiveEndpointHandle> _open = [];
    private bool _isOpen;
    private Task _keeping = Task.CompletedTask;

    /// <summary>Opens the queues, and closes and opens them as places are taken and freed.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        Open();
        await Task.WhenAll(_open.Select(q => q.Ready)).WaitAsync(cancellationToken);
        _keeping = Keep(_stop.Token);
    }

    /// <summary>Closes the queues for good. Ends when the items in hand are done, or under a lease.</summary>
    public async Task Stop(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Close(cancellationToken);
    }

    public void Dispose() => _stop.Dispose();

    private async Task Keep(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var changed = places.Changed;
            if (places.AreAllLeased && _isOpen)
            {
                logger.LogInformation("All {Concurrency} places are taken by items under a lease; nothing more is fetched until one is free.", options.Value.Concurrency);
                // To the end, even if the worker is to stop meanwhile: an endpoint that was stopped by half holds up the bus.
                await Close(CancellationToken.None);
            }
            else if (!places.AreAllLeased && !_isOpen)
            {
                Open();
            }
            else
            {
                await changed.WaitAsync(stopping);
            }
        }
    }

    private void Open()
    {
        _open = [.. catalog.Queues.Select(queue => connector.ConnectReceiveEndpoint(QueueNames.ForWork(queue), Configure))];
        _isOpen = true;
    }

    private async Task Close(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_open.Select(q => Stop(q, cancellationToken)));
        (_open, _isOpen) = ([], false);
    }

    private async Task Stop(HostReceiveEndpointHandle endpoint, CancellationToken cancellationToken)
    {
        try
        {
            // An endpoint that is stopped while it starts may never end.
            await Task.WhenAny(endpoint.Ready, Task.Delay(ReadyPatience, time, cancellationToken));
            await endpoint.StopAsync(cancellationToken);
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "The endpoint {Address} did not stop in good order; its unacknowledged items go back to the queue.", endpoint.ReceiveEndpoint.InputAddress);
        }
    }

    private void Configure(IBusRegistrationContext context, IReceiveEndpointConfigurator endpoint)
    {
        // An endpoint that is connected later gets the rules of the process only if asked for.
        context.GetConfigureReceiveEndpoints().Configure(endpoint.InputAddress.AbsolutePath.Split('/')[^1], endpoint);
        endpoint.AsWorkQueue();
        endpoint.ConcurrentMessageLimit = options.Value.Concurrency;
        // No more than can be handled: an item that waits here behind a long one could run elsewhere.
        endpoint.PrefetchCount = options.Value.Concurrency;
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
