using Flow.Contracts;

namespace Flow.Worker.Execution;

/// <summary>An item in the hands of a handler, and the reasons that can take it away.</summary>
internal sealed class Flight : IDisposable
{
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _runCancelled = new();
    private readonly CancellationTokenSource _any;
    private readonly CancellationToken _timeoutToken;
    private readonly CancellationToken _runCancelledToken;

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
        _any = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, _runCancelled.Token, delivery, abandoned);
        (_timeoutToken, _runCancelledToken, Token) = (_timeout.Token, _runCancelled.Token, _any.Token);
    }

    public NodeWorkItem Item { get; }

    public TimeSpan Timeout { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>Cancelled for any of the reasons.</summary>
    public CancellationToken Token { get; }

    /// <summary>What the attempt comes to once <see cref="Token"/> is cancelled.</summary>
    public Outcome WhenCancelled() => (_runCancelledToken.IsCancellationRequested, _timeoutToken.IsCancellationRequested) switch
    {
        (true, _) => new Outcome.Dropped(),
        (_, true) => new Outcome.Failed(WorkerErrors.Timeout, $"Handler '{Item.Handler}' did not end within {Timeout.TotalSeconds} s.", Label: "timeout"),
        _ => new Outcome.HandedBack(),
    };

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
        _any.Dispose();
        _runCancelled.Dispose();
        _timeout.Dispose();
    }
}
