using Flow.Contracts;
using Flow.Transports;

namespace Flow.Orchestrator.Polling;

/// <summary>What becomes of an item that came off a polled queue.</summary>
internal abstract record Verdict
{
    /// <summary>A poll has a place for it.</summary>
    public sealed record Promised(OpenPoll Poll) : Verdict;

    /// <summary>None of those who poll serves its handler.</summary>
    public sealed record Unknown(string Handlers) : Verdict;

    /// <summary>Nobody polls any more.</summary>
    public sealed record Unwanted : Verdict;
}

/// <summary>One work queue while somebody polls it: brings the items that come off its lanes, one by one in their turns, and the open polls together, in the order of both.</summary>
internal sealed class PolledQueue(string name, TimeProvider time)
{
    /// <summary>How long the queue is kept open for the next poll. An item in hand waits here so long.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly LaneTurns _turn = new(1, new LaneRules(), time);
    private readonly List<OpenPoll> _polls = [];
    private readonly List<(NodeWorkItem Item, TaskCompletionSource<Verdict> Verdict)> _inHand = [];
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _leftAt = time.GetTimestamp();
    private bool _isShut;
    private bool _isEmptied;

    public string Name => name;

    /// <summary>Ends when items come off the queue, or cannot.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Ends when the queue is closed and may be opened again.</summary>
    public Task Closed => _closed.Task;

    /// <summary>False: the queue closes; try again when it is <see cref="Closed"/>.</summary>
    public bool TryJoin(OpenPoll poll)
    {
        lock (_lock)
        {
            if (_isShut)
                return false;
            _polls.Add(poll);
            _inHand.RemoveAll(TrySettle);
            return true;
        }
    }

    public void Leave(OpenPoll poll)
    {
        lock (_lock)
        {
            _polls.Remove(poll);
            _leftAt = time.GetTimestamp();
        }
    }

    /// <summary>Waits for the turn of the item's lane, and for somebody to take it.</summary>
    public async Task<Verdict> OfferAsync(NodeWorkItem item)
    {
        await _turn.EnterAsync(item.Priority, CancellationToken.None);
        try
        {
            return await SettleAsync(item);
        }
        finally
        {
            _turn.Leave(item.Priority);
        }
    }

    /// <summary>Ends when nobody has polled for a while, or the queue is paused.</summary>
    public async Task UntilLeftAsync(Func<CancellationToken, Task<bool>> isPaused, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Linger / 4, time);
        while (!TryShut() && !await isPaused(cancellationToken))
            await timer.WaitForNextTickAsync(cancellationToken);
    }

    /// <summary>Lets nobody join any more.</summary>
    public void Shut()
    {
        lock (_lock)
            _isShut = true;
    }

    /// <summary>Gives up what is in hand, and whatever else still comes.</summary>
    public void Empty()
    {
        lock (_lock)
        {
            _isEmptied = true;
            _inHand.ForEach(offer => offer.Verdict.SetResult(new Verdict.Unwanted()));
            _inHand.Clear();
        }
    }

    public void MarkOpened() => _opened.TrySetResult();

    public void MarkClosed()
    {
        _opened.TrySetResult();
        _closed.TrySetResult();
    }

    private Task<Verdict> SettleAsync(NodeWorkItem item)
    {
        lock (_lock)
        {
            if (_isEmptied)
                return Task.FromResult<Verdict>(new Verdict.Unwanted());
            var offer = (item, new TaskCompletionSource<Verdict>(TaskCreationOptions.RunContinuationsAsynchronously));
            if (!TrySettle(offer))
                _inHand.Add(offer);
            return offer.Item2.Task;
        }
    }

    private bool TryShut()
    {
        lock (_lock)
            return _isShut = _polls.Count == 0 && time.GetElapsedTime(_leftAt) >= Linger;
    }

    private bool TrySettle((NodeWorkItem Item, TaskCompletionSource<Verdict> Verdict) offer)
    {
        var serving = _polls.FindAll(poll => poll.Serves(offer.Item.Handler));
        if (serving.Find(poll => poll.TryPromise()) is { } taker)
            offer.Verdict.SetResult(new Verdict.Promised(taker));
        else if (serving.Count == 0 && _polls.Count > 0)
            offer.Verdict.SetResult(new Verdict.Unknown(string.Join(", ", _polls.SelectMany(poll => poll.Terms.Handlers ?? []).Distinct(StringComparer.Ordinal))));
        return offer.Verdict.Task.IsCompleted;
    }
}
