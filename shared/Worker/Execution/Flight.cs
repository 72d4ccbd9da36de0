using Flow.Contracts;
using Flow.Worker.Policies;
using Microsoft.Extensions.Logging;

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
    private readonly CancellationTokenSource _any = new();
    private readonly CancellationTokenRegistration _delivery;
    private readonly CancellationTokenRegistration[] _reasons;
    private readonly ILogger _logger;
    private readonly CancellationToken _timeoutToken;
    private readonly CancellationToken _runCancelledToken;
    private Hold _hold;

    /// <param name="item">The item.</param>
    /// <param name="timeout">Time limit of the attempt.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the handler's own reaction to its cancellation fails.</param>
    /// <param name="delivery">Cancelled when the broker takes the item back.</param>
    /// <param name="abandoned">Cancelled when the worker gives it back while stopping.</param>
    public Flight(NodeWorkItem item, TimeSpan timeout, TimeProvider time, ILogger logger, CancellationToken delivery, CancellationToken abandoned)
    {
        Item = item;
        _logger = logger;
        Timeout = timeout;
        StartedAt = time.GetUtcNow();
        _timeout = new CancellationTokenSource(timeout, time);
        _delivery = delivery.Register(_takenBack.Cancel);
        (_timeoutToken, _runCancelledToken, Token) = (_timeout.Token, _runCancelled.Token, _any.Token);
        _reasons = [.. new[] { _timeoutToken, _runCancelledToken, _takenBack.Token, abandoned }.Select(reason => reason.UnsafeRegister(_ => Stop(), null))];
    }

    public NodeWorkItem Item { get; }

    public TimeSpan Timeout { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>What its calls are counted by, if its handler's rate is counted by a key.</summary>
    public string? RateKey { get; init; }

    /// <summary>What its first call uses of a rate that processes share.</summary>
    public Permit? Permit { get; init; }

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
        foreach (var reason in _reasons)
            reason.Unregister();
        _any.Dispose();
        _takenBack.Dispose();
        _runCancelled.Dispose();
        _timeout.Dispose();
    }

    /// <summary>What a handler has registered at its token is its own code. A linked source would let it throw where the reason comes from: in a timer, which ends the process, or among other items' reasons.</summary>
    private void Stop()
    {
        try
        {
            _any.Cancel();
        }
        catch (AggregateException e)
        {
            _logger.LogWarning(e, "What handler {Handler} does when it is cancelled failed.", Item.Handler);
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }
}
