using Flow.Contracts;
using Flow.Transports;

namespace Flow.Worker.Execution;

/// <summary>
/// The places of a worker, one for each item it handles at once. An item under a lease keeps its place, but not its place at the queue, which delivers another instead. So once
/// every place is taken by such items, nothing more may be fetched, and what was fetched goes back.
/// </summary>
internal sealed class Places(int count, LaneRules lanes, TimeProvider time) : IDisposable
{
    private readonly LaneTurns _turns = new(count, lanes, time);
    private readonly Lock _lock = new();
    private int _leased;
    private CancellationTokenSource _full = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether each place is taken by an item under a lease.</summary>
    public bool AreAllLeased
    {
        get
        {
            lock (_lock)
                return _leased == count;
        }
    }

    /// <summary>Ends when <see cref="AreAllLeased"/> next changes.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
                return _changed.Task;
        }
    }

    /// <summary>Waits for a place, until it is the turn of the item's lane.</summary>
    /// <returns>False: none is to be expected, as all are taken by items under a lease.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async Task<bool> EnterAsync(Priority priority, CancellationToken cancellationToken)
    {
        CancellationToken full;
        lock (_lock)
            full = _full.Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(full, cancellationToken);
        try
        {
            await _turns.EnterAsync(priority, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (full.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The item at a place is under a lease from now on.</summary>
    public void Lease()
    {
        TaskCompletionSource changed;
        CancellationTokenSource full;
        lock (_lock)
        {
            if (++_leased < count)
                return;
            full = _full;
            changed = Change();
        }

        full.Cancel();
        changed.SetResult();
    }

    /// <summary>Frees a place.</summary>
    public void Leave(Priority priority, bool wasLeased)
    {
        TaskCompletionSource? changed = null;
        lock (_lock)
        {
            if (wasLeased && _leased-- == count)
            {
                _full = new();
                changed = Change();
            }
        }

        // In place of a leased item the queue delivered another one long ago.
        _turns.Leave(priority, bringsNext: !wasLeased);
        changed?.SetResult();
    }

    public void Dispose() => _full.Dispose();

    private TaskCompletionSource Change()
    {
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return changed;
    }
}
