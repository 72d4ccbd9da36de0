using Flow.Transports.Queues;

namespace Flow.Transports.AmazonSqs;

/// <summary>
/// The long polls of one queue: one at a time, and as long as they come back full one more each time, since each takes a round trip for ten messages. What a poll brings is kept until the receiver
/// takes it. A poll is not cut when its waiter leaves, as SQS might hand messages to a poll that nobody reads: the next waiter joins it, and what nobody takes soon is given back.
/// </summary>
/// <param name="receive">Polls for so many messages, with a lease in seconds.</param>
/// <param name="giveBack">Gives messages back.</param>
/// <param name="time">The clock.</param>
/// <param name="closing">Cancelled when the provider closes: the poll is cut, and what SQS may still hand to it comes again when the lease ends.</param>
internal sealed class QueuePoll(
    Func<int, TimeSpan, CancellationToken, Task<IReadOnlyList<InboundMessage>>> receive, Func<IReadOnlyList<InboundMessage>, Task> giveBack, TimeProvider time, CancellationToken closing)
{
    /// <summary>Most messages of a poll, as SQS has it.</summary>
    public const int MostMessages = 10;

    private const int MostPolls = 8;

    // Receivers take what comes at once; one that has not has stopped.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Queue<InboundMessage> _ready = new();
    private readonly List<Task> _polls = [];

    // What the polls on their way ask for together, and how many there may be.
    private int _asked;
    private int _width = 1;

    private int _limit = 1;
    private TimeSpan _lease = TimeSpan.FromMinutes(1);

    /// <summary>What polls have brought, and how much the next ones ask for, together.</summary>
    public IReadOnlyList<InboundMessage> Take(int limit, TimeSpan lease)
    {
        lock (_lock)
        {
            (_limit, _lease) = (limit, lease);
            return TakeReady(limit);
        }
    }

    /// <summary>Everything that polls have brought.</summary>
    public IReadOnlyList<InboundMessage> TakeAll()
    {
        lock (_lock)
            return TakeReady(int.MaxValue);
    }

    /// <summary>Ends when there is something to take, or a poll has brought nothing.</summary>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task poll;
        lock (_lock)
        {
            if (_ready.Count > 0)
                return;
            _polls.RemoveAll(started => started.IsCompleted);
            // Together they ask for no more than the receiver takes.
            while (_polls.Count == 0 || (_polls.Count < _width && _asked < _limit))
                _polls.Add(BeginPoll(Math.Clamp(_limit - _asked, 1, MostMessages), _lease));
            poll = Task.WhenAny(_polls).Unwrap();
        }

        try
        {
            await poll.WaitAsync(timeout, time, cancellationToken);
        }
        catch (TimeoutException) when (!poll.IsFaulted)
        {
            // The poll goes on.
        }
    }

    /// <summary>Ends when no poll is on its way.</summary>
    public Task SettleAsync()
    {
        lock (_lock)
            return Task.WhenAll(_polls).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private Task BeginPoll(int limit, TimeSpan lease)
    {
        _asked += limit;
        return Task.Run(() => PollAsync(limit, lease), CancellationToken.None);
    }

    private async Task PollAsync(int limit, TimeSpan lease)
    {
        IReadOnlyList<InboundMessage> messages = [];
        try
        {
            messages = await receive(limit, lease, closing);
        }
        finally
        {
            lock (_lock)
            {
                foreach (var message in messages)
                    _ready.Enqueue(message);
                _asked -= limit;
                _width = messages.Count == limit ? Math.Min(_width + 1, MostPolls) : Math.Max(_width / 2, 1);
            }
        }

        if (messages.Count > 0)
            _ = GiveBackUntakenAsync(messages);
    }

    private async Task GiveBackUntakenAsync(IReadOnlyList<InboundMessage> messages)
    {
        await Task.Delay(Patience, time, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        List<InboundMessage> untaken;
        lock (_lock)
        {
            untaken = [.. _ready.Where(messages.Contains)];
            var others = _ready.Where(message => !messages.Contains(message)).ToList();
            _ready.Clear();
            others.ForEach(_ready.Enqueue);
        }

        if (untaken.Count > 0 && !closing.IsCancellationRequested)
            await giveBack(untaken);
        else
            Keep(untaken);
    }

    // The provider closes, and gives back everything itself.
    private void Keep(List<InboundMessage> messages)
    {
        lock (_lock)
            messages.ForEach(_ready.Enqueue);
    }

    private List<InboundMessage> TakeReady(int limit)
    {
        var taken = new List<InboundMessage>();
        while (taken.Count < limit && _ready.TryDequeue(out var message))
            taken.Add(message);
        return taken;
    }
}
