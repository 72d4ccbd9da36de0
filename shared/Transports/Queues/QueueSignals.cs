using System.Collections.Concurrent;

namespace Flow.Transports.Queues;

/// <summary>Wakes the receivers of a queue. Take the signal, then look into the queue, then wait: so nothing that comes in between is missed.</summary>
internal sealed class QueueSignals
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource> _signals = new();

    /// <summary>A task that ends at the next <see cref="Wake(long)"/>.</summary>
    public Task Next(long queueId) => _signals.GetOrAdd(queueId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Wake(long queueId)
    {
        if (_signals.TryRemove(queueId, out var signal))
            signal.SetResult();
    }

    public void Wake(IEnumerable<long> queueIds)
    {
        foreach (var queueId in queueIds)
            Wake(queueId);
    }

    public void WakeAll() => Wake(_signals.Keys);
}
