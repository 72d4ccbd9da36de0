using Flow.Contracts;
using Flow.Contracts.Api;

namespace Flow.Orchestrator.Polling;

/// <summary>A request for items that waits for them. An item is first promised to it, and given once its lease is with the broker.</summary>
internal sealed class OpenPoll(PollWorkItemsRequest terms, TimeProvider time)
{
    /// <summary>How long a poll that has an item waits for more of those it asked for.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    /// <summary>How long its answer waits for what was promised. What comes later goes back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<NodeWorkItem> _items = [];
    private TaskCompletionSource _changed = NewChange();
    private int _promised;
    private bool _isFull;
    private bool _isClosed;

    public PollWorkItemsRequest Terms => terms;

    public bool Serves(string handler) => terms.Handlers is not { Count: > 0 } handlers || handlers.Contains(handler, StringComparer.Ordinal);

    /// <summary>Keeps a place for an item; false: it wants no more.</summary>
    public bool TryPromise()
    {
        lock (_lock)
        {
            if (_isFull || _items.Count + _promised >= terms.MaxItems)
                return false;
            _promised++;
            return true;
        }
    }

    /// <summary>Gives the item that a place was kept for; false: it comes too late.</summary>
    public bool TryGive(NodeWorkItem item)
    {
        lock (_lock)
        {
            if (!_isClosed)
                _items.Add(item);
            Settle();
            return !_isClosed;
        }
    }

    /// <summary>There is no item for the place after all.</summary>
    public void Withdraw()
    {
        lock (_lock)
            Settle();
    }

    /// <summary>What it was given, once that is all it asked for, or its time is up, or nobody waits for its answer any more.</summary>
    public async Task<IReadOnlyList<NodeWorkItem>> CollectAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        await UntilAsync(() => _items.Count > 0, wait, cancellationToken);
        await UntilAsync(() => _items.Count is 0 || _items.Count == terms.MaxItems, Gathering, cancellationToken);
        lock (_lock)
            _isFull = true;
        await UntilAsync(() => _promised == 0, Patience, CancellationToken.None);
        lock (_lock)
        {
            _isClosed = true;
            return _items;
        }
    }

    private void Settle()
    {
        _promised--;
        _changed.SetResult();
        _changed = NewChange();
    }

    private async Task UntilAsync(Func<bool> holds, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        while (!either.IsCancellationRequested)
        {
            Task changed;
            lock (_lock)
            {
                if (holds())
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
