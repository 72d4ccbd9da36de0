namespace Flow.Worker.Tests.Bed;

/// <summary>What has arrived so far, in order, and a way to wait for more of it.</summary>
internal sealed class Observed<T>
{
    private readonly Lock _lock = new();
    private readonly List<T> _all = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_lock)
                return [.. _all];
        }
    }

    public void Add(T item)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _all.Add(item);
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }

    /// <summary>The first that matches, now or soon.</summary>
    public async Task<T> First(Func<T, bool> matches) => (await Several(1, matches))[0];

    /// <summary>The first <paramref name="count"/> that match, now or soon.</summary>
    public async Task<IReadOnlyList<T>> Several(int count, Func<T, bool>? matches = null)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                var found = _all.Where(matches ?? (_ => true)).Take(count).ToList();
                if (found.Count == count)
                    return found;
                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"Waited in vain for {count} {typeof(T).Name}; there are: {string.Join("; ", All)}", e);
            }
        }
    }
}
