using Flow.Contracts;

namespace Flow.Worker.Execution;

/// <summary>An item in the hands of a handler, and the reasons that can take it away.</summary>
internal sealed class Flight : IDisposable
{
    private enum Hold
    {
        Delivery,
        Lease,
        None,
    }

    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _runCancelled = new();
    private readonly CancellationTokenSource _takenBack = new();
    private readonly CancellationTokenSource _any;
    private readonly CancellationTokenRegistration _delivery;
    private readonly CancellationToken _timeoutToken;
    private readonly CancellationToken _runCancelledToken;
    private Hold _hold;

    /// <param name="item">The item.</param>
    /// <param name="timeout">Time limit of the attempt.</param>
    /// <param name="time">The clock.</param>
    /// <param name="delivery">Cancelled when the broker takes the item back.</param>
    /// <param name="abandoned">Cancelled when the worker gives it back while stopping.</param>
    public Flight(NodeWorkItem item, TimeSpan timeout, TimeProvider time, CancellationToken delivery, CancellationToken abandoned)
    {
        Item = item;
        Timeout = timeout;
        StartedAt = time.GetUtcNow();
        _timeout = new CancellationTokenSource(timeout, time);
        _delivery = delivery.Register(_takenBack.Cancel);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, _runCancelled.Token, _takenBack.Token, abandoned);
        (_timeoutToken, _runCancelledToken, Token) = (_timeout.Token, _runCancelled.Token, _any.Token);
    }

    public NodeWorkItem Item { get; }

    public TimeSpan Timeout { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>Number of the handler's call, from 1: the one under way, or the one waited for.</summary>
    public int Call { get; set; } = 1;

    /// <summary>Most calls of the handler.</summary>
    public int MaxCalls { get; set; } = 1;

    /// <summary>Cancelled for any of the reasons.</summary>
    public CancellationToken Token { get; }

    /// <summary>What the attempt comes to once <see cref="Token"/> is cancelled.</summary>
    public Outcome WhenCancelled() => (_runCancelledToken.IsCancellationRequested, _timeoutToken.IsCancellationRequested) switch
    {
        (true, _) => new Outcome.Dropped(),
        (_, true) => new Outcome.Failed(WorkerErrors.Timeout, $"Handler '{Item.Handler}' did not end within {Timeout.TotalSeconds} s.", Label: "timeout") { IsHandlersFault = true },
        _ => new Outcome.HandedBack(),
    };

    /// <summary>From now on the broker cannot take it back. False: it has landed already.</summary>
    public bool TryLease()
    {
        if (Interlocked.CompareExchange(ref _hold, Hold.Lease, Hold.Delivery) != Hold.Delivery)
            return false;
        _delivery.Unregister();
        return true;
    }

    /// <summary>Ends it.</summary>
    /// <returns>Whether it was under a lease.</returns>
    public bool Land()
    {
        var was = Interlocked.Exchange(ref _hold, Hold.None);
        Dispose();
        return was == Hold.Lease;
    }

    public async Task CancelRun()
    {
        try
        {
            await _runCancelled.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    public void Dispose()
    {
        _delivery.Dispose();
        _any.Dispose();
        _takenBack.Dispose();
        _runCancelled.Dispose();
        _timeout.Dispose();
    }
}
