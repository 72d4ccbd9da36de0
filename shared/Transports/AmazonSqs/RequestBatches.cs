using MassTransit;

namespace Flow.Transports.AmazonSqs;

/// <summary>
/// Gathers single entries into batch calls of one kind for one queue or topic. A call goes off at once when none is on its way; what comes meanwhile goes with the next, or, once it fills a
/// batch, with another call beside it. So an entry alone waits for nothing, and many share calls.
/// </summary>
/// <param name="maxBytes">Most bytes of a call.</param>
/// <param name="bytesOf">Bytes of an entry.</param>
/// <param name="call">Makes the call, and answers for each entry what was wrong.</param>
/// <param name="mostCalls">Most calls on their way at once; with one, entries arrive in the order in which they were added.</param>
internal sealed class RequestBatches<T>(int maxBytes, Func<T, int> bytesOf, Func<IReadOnlyList<T>, Task<IReadOnlyList<EntryFault?>>> call, int mostCalls = RequestBatches<T>.MostCalls)
{
    /// <summary>Most entries of a call, as AWS has it.</summary>
    public const int MostEntries = 10;

    /// <summary>Most calls on their way at once where no order is kept.</summary>
    public const int MostCalls = 8;

    private readonly Lock _lock = new();
    private readonly Queue<Entry> _waiting = new();
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
            if (_calls == 0 || (_calls < mostCalls && (_waiting.Count >= MostEntries || _waitingBytes >= maxBytes)))
            {
                _calls++;
                // Away from the caller, so that others can add theirs to what this call takes.
                _ = Task.Run(RunAsync);
            }
        }

        return entry.Done.Task;
    }

    private async Task RunAsync()
    {
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
        }
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
        }

        return batch;
    }

    private sealed record Entry(T Value, int Bytes, TaskCompletionSource<EntryFault?> Done);
}
