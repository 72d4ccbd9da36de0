using System.Collections.Concurrent;
using MassTransit;

namespace Flow.Transports.Queues;

/// <summary>
/// The waits of receivers for their next message. When an endpoint stops, the engine would let its wait go on for another second, and stops the endpoints of the bus after the others;
/// here a receiver is woken at once, and looks at its queue in short intervals until it has stopped.
/// </summary>
internal sealed class ReceiverWaits : IReceiveEndpointObserver
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<long, string> _names = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _ends = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _served = new(StringComparer.Ordinal);

    /// <summary>Says which queue an id stands for.</summary>
    public long Name(long queueId, string name)
    {
        _names[queueId] = name;
        return queueId;
    }

    /// <summary>An endpoint of the bus receives from the queue.</summary>
    public void Serve(string queue) => _served[queue] = true;

    /// <summary>Whether an endpoint of the bus receives from the queue, or did.</summary>
    public bool IsServed(string queue) => _served.ContainsKey(queue);

    /// <summary>Waits as the provider does, but not longer than the endpoint of the queue is to run.</summary>
    public async Task WaitAsync(IQueueProvider provider, long queueId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await WaitForProviderAsync(provider, queueId, timeout, cancellationToken);
        }
        finally
        {
            // The engine cancels with a lock in its hand. Were it to go on in that very call, it might wait with the lock for a place that only those can free who wait for the lock.
            await Task.Yield();
        }
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => _ends.GetOrAdd(NameOf(stopping.InputAddress), _ => new()).CancelAsync();

    public Task Ready(ReceiveEndpointReady ready)
    {
        if (_ends.TryGetValue(NameOf(ready.InputAddress), out var end) && end.IsCancellationRequested)
            _ends.TryRemove(new(NameOf(ready.InputAddress), end));
        return Task.CompletedTask;
    }

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    private static string NameOf(Uri address) => address.AbsolutePath.Split('/')[^1];

    private async Task WaitForProviderAsync(IQueueProvider provider, long queueId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!_names.TryGetValue(queueId, out var name))
        {
            await provider.WaitAsync(queueId, timeout, cancellationToken);
            return;
        }

        var end = _ends.GetOrAdd(name, _ => new()).Token;
        if (end.IsCancellationRequested)
        {
            await Task.Delay(Glance, cancellationToken);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(end, cancellationToken);
        try
        {
            await provider.WaitAsync(queueId, timeout, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The endpoint stops.
        }
    }
}
