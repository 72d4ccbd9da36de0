using MassTransit;

namespace Flow.Transports.AmazonSqs;

/// <summary>
/// Gathers single entries into batch calls of one kind for one queue or topic. A call goes off at once when none is on its way; what comes meanwhile goes with the next, or, once it fills a
/// batch, with another call beside it. So an entry alone waits for nothing, and many share calls. For entries that nobody waits for there is a time to gather: they go off with the next call that long
/// after the last one, or when they fill it.
/// </summary>
/// <param name="maxBytes">Most bytes of a call.</param>
/// <param name="bytesOf">Bytes of an entry.</param>
/// <param name="call">Makes the call, and answers for each entry what was wrong.</param>
/// <param name="time">The clock.</param>
/// <param name="mostCalls">Most calls on their way at once; with one, entries arrive in the order in which they were added.</param>
/// <param name="gather">From one call to the next, unless it is full.</param>
internal sealed class RequestBatches<T>(
    int maxBytes, Func<T, int> bytesOf, Func<IReadOnlyList<T>, Task<IReadOnlyList<EntryFault?>>> call, TimeProvider time, int mostCalls = RequestBatches<T>.MostCalls, TimeSpan gather = default)
{
    /// <summary>Most entries of a call, as AWS has it.</summary>
    public const int MostEntries = 10;

    /// <summary>Most calls on their way at once where no order is kept.</summary>
    public const int MostCalls = 8;

    private readonly Lock _lock = new();
    private readonly Queue<Entry> _waiting = new();
    private TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _lastAt;
    private int _waitingBytes;
    private int _calls;

    /// <summary>Ends when the entry's call has ended: null when it went well, else what is wrong with the entry.</summary>
    /// <exception cref="ConnectionException">The call failed, or the service could not take the entry just now.</exception>
    public Task<EntryFault?> AddAsync(T value)
    {
        var entry = new Entry(value, bytesOf(value), new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            _waiting.Enqueue(entry);
            _waitingBytes += entry.Bytes;
            if (IsFull)
                _full.TrySetResult();
            if (_calls == 0 || (_calls < mostCalls && IsFull))
            {
                _calls++;
                // Away from the caller, so that others can add theirs to what this call takes.
                _ = Task.Run(RunAsync);
            }
        }

        return entry.Done.Task;
    }

    private bool IsFull => _waiting.Count >= MostEntries || _waitingBytes >= maxBytes;

    private async Task RunAsync()
    {
        await GatherAsync();
        while (Next() is { Count: > 0 } batch)
        {
            try
            {
                var faults = await call([.. batch.Select(entry => entry.Value)]);
                for (var i = 0; i < batch.Count; i++)
                    End(batch[i].Done, faults[i]);
            }
            catch (Exception exception)
            {
                foreach (var entry in batch)
                    entry.Done.SetException(exception);
            }

            await GatherAsync();
        }
    }

    private async Task GatherAsync()
    {
        Task full;
        TimeSpan left;
        lock (_lock)
            (full, left) = (_full.Task, _lastAt is { } at ? gather - time.GetElapsedTime(at) : TimeSpan.Zero);
        if (left <= TimeSpan.Zero || full.IsCompleted)
            return;
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(full, Task.Delay(left, time, enough.Token));
        await enough.CancelAsync();
    }

    private static void End(TaskCompletionSource<EntryFault?> done, EntryFault? fault)
    {
        if (fault is null or { IsOurs: true })
            done.SetResult(fault);
        else
            done.SetException(new ConnectionException($"AWS could not take an entry of a batch: {fault.Message} ({fault.Code})", isTransient: true));
    }

    private List<Entry> Next()
    {
        var batch = new List<Entry>();
        var bytes = 0;
        lock (_lock)
        {
            while (batch.Count < MostEntries && _waiting.TryPeek(out var entry) && (batch.Count == 0 || bytes + entry.Bytes <= maxBytes))
            {
                batch.Add(_waiting.Dequeue());
                bytes += entry.Bytes;
            }

            _waitingBytes -= bytes;
            if (batch.Count == 0)
                _calls--;
            else
                _lastAt = time.GetTimestamp();
            if (_full.Task.IsCompleted && !IsFull)
                _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return batch;
    }

    private sealed record Entry(T Value, int Bytes, TaskCompletionSource<EntryFault?> Done);
}
