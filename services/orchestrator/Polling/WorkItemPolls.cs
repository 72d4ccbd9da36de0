using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Queues;
using Flow.Transports;
using MassTransit;

namespace Flow.Orchestrator.Polling;

/// <summary>The work queues that somebody polls. Each is consumed while it is polled and for a moment longer, an item of each lane at a time, so that items which nobody asked for stay with other workers.</summary>
internal sealed class WorkItemPolls(IReceiveEndpointConnector connector, IBus bus, IServiceScopeFactory scopes, TimeProvider time, ILoggerFactory loggers) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan PausePoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = loggers.CreateLogger<WorkItemPolls>();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PolledQueue> _queues = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The queues that are open.</summary>
    internal IReadOnlyList<string> Open
    {
        get
        {
            lock (_lock)
                return [.. _queues.Keys];
        }
    }

    /// <summary>Waits for items and gives them, each under a lease. None, when none came in time or the process stops.</summary>
    /// <param name="name">The work queue.</param>
    /// <param name="terms">What is asked for.</param>
    /// <param name="aborted">When nobody waits for the answer any more: what was handed out is given back then.</param>
    public async Task<IReadOnlyList<NodeWorkItem>> PollAsync(string name, PollWorkItemsRequest terms, CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, _stopping.Token);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(terms.WaitSeconds), time);
        if (!await UntilServedAsync(name, limit.Token, either.Token))
            return [];
        var poll = new OpenPoll(terms, time);
        if (await JoinAsync(name, poll, either.Token, limit.Token) is not { } queue)
            return [];
        IReadOnlyList<NodeWorkItem> items;
        try
        {
            await queue.Opened.WaitAsync(TimeSpan.FromSeconds(terms.WaitSeconds), time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            items = await poll.CollectAsync(TimeSpan.FromSeconds(terms.WaitSeconds), either.Token);
        }
        finally
        {
            queue.Leave(poll);
        }

        if (!aborted.IsCancellationRequested)
            return items;
        foreach (var item in items)
            await PolledItemConsumer.ReleaseAsync(bus, item);
        return [];
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before the bus and the HTTP server stop: answers the polls and gives back what is in hand.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        List<PolledQueue> open;
        lock (_lock)
            open = [.. _queues.Values];
        await Task.WhenAll(open.Select(queue => queue.Closed));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    /// <summary>The queue, opened if it is not; null: it could not be joined in time.</summary>
    private async Task<PolledQueue?> JoinAsync(string name, OpenPoll poll, CancellationToken aborted, CancellationToken limit)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, limit);
        while (!either.IsCancellationRequested)
        {
            var queue = OpenOrFind(name);
            if (queue.TryJoin(poll))
                return queue;
            await queue.Closed.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    /// <summary>Waits while the queue is paused; false: for as long as is waited.</summary>
    private async Task<bool> UntilServedAsync(string name, CancellationToken limit, CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit, aborted);
        while (await IsPausedAsync(name, CancellationToken.None))
        {
            await Task.Delay(PausePoll, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (either.IsCancellationRequested)
                return false;
        }

        return true;
    }

    private async Task<bool> IsPausedAsync(string name, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<QueueSteering>().IsPausedAsync(name, cancellationToken);
    }

    private PolledQueue OpenOrFind(string name)
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue(name, out var queue))
            {
                _queues[name] = queue = new PolledQueue(name, time);
                _ = ServeAsync(queue);
            }

            return queue;
        }
    }

    private async Task ServeAsync(PolledQueue queue)
    {
        // Not under the lock of whoever opened it.
        await Task.Yield();
        var endpoints = new List<HostReceiveEndpointHandle>();
        try
        {
            foreach (var lane in QueueNames.LanesOf(queue.Name))
                endpoints.Add(connector.ConnectReceiveEndpoint(lane, (context, configurator) => Configure(queue, lane, context, configurator)));
            await Task.WhenAll(endpoints.Select(endpoint => endpoint.Ready)).WaitAsync(_stopping.Token);
            queue.MarkOpened();
            await queue.UntilLeftAsync(cancellationToken => IsPausedAsync(queue.Name, cancellationToken), _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped.
        }
        catch (Exception e)
        {
            _logger.LogError(e, "The work queue {Queue} could not be opened for those who poll it.", queue.Name);
        }

        queue.Shut();
        try
        {
            // The endpoints before the items in hand, so that what goes back is not fetched again.
            var stopped = Task.WhenAll(endpoints.Select(endpoint => endpoint.StopAsync(CancellationToken.None)));
            queue.Empty();
            await stopped.WaitAsync(StopPatience, time);
        }
        catch (Exception e)
        {
            _logger.LogWarning(e, "The endpoints of the work queue {Queue} did not stop in good order; its unacknowledged items go back to the queue.", queue.Name);
        }

        lock (_lock)
            _queues.Remove(queue.Name);
        queue.MarkClosed();
    }

    private void Configure(PolledQueue queue, string lane, IBusRegistrationContext context, IReceiveEndpointConfigurator endpoint)
    {
        // An endpoint that is connected later gets the rules of the process only if asked for.
        context.GetConfigureReceiveEndpoints().Configure(lane, endpoint);
        endpoint.AsWorkQueue();
        endpoint.ConcurrentMessageLimit = 1;
        endpoint.PrefetchCount = 1;
        endpoint.PublishFaults = false;
        endpoint.Instance(new PolledItemConsumer(queue, bus, scopes, time, loggers.CreateLogger<PolledItemConsumer>()));
    }
}
