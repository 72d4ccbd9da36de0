using Flow.Contracts;

namespace Flow.Worker.Policies;

/// <summary>What holds for a handler, everything considered.</summary>
/// <param name="Concurrency">Items at once; null: as many as the worker has places.</param>
/// <param name="Timeout">Limit of an attempt whose node sets none.</param>
/// <param name="Retry">Further calls within an attempt.</param>
/// <param name="Rate">How often it may be called; null: any number of times.</param>
/// <param name="Rest">When it rests; null: never.</param>
/// <param name="Batch">How items come together, if it is a batch handler.</param>
internal sealed record Policy(int? Concurrency, TimeSpan Timeout, RetryRules Retry, RateRules? Rate, RestRules? Rest, BatchRules Batch)
{
    /// <summary>Whether its items may have to wait while the worker has places.</summary>
    public bool MayWait => Concurrency is not null || Rate is not null || Rest is not null;

    /// <param name="handler">What is said of the handler.</param>
    /// <param name="worker">What is said of all.</param>
    public static Policy Of(HandlerPolicy handler, FlowWorkerOptions worker) => new(
        handler.Concurrency,
        TimeSpan.FromSeconds(handler.TimeoutSeconds ?? worker.HandlerTimeoutSeconds),
        new RetryRules(
            handler.RetryMaxAttempts ?? worker.RetryMaxAttempts ?? 1,
            TimeSpan.FromSeconds(handler.RetryFirstDelaySeconds ?? worker.RetryFirstDelaySeconds ?? 0.5),
            handler.RetryFactor ?? worker.RetryFactor ?? 2,
            TimeSpan.FromSeconds(handler.RetryMaxDelaySeconds ?? worker.RetryMaxDelaySeconds ?? 30),
            handler.RetryJitter ?? worker.RetryJitter ?? 0.2,
            (handler.RetryBudgetSeconds ?? worker.RetryBudgetSeconds) is { } budget ? TimeSpan.FromSeconds(budget) : null,
            Union(worker.RetryOn, handler.RetryOn),
            Union(worker.RetryNever, handler.RetryNever)),
        (handler.RatePermits ?? worker.RatePermits) is { } permits and > 0
            ? new RateRules(permits, TimeSpan.FromSeconds(handler.RatePeriodSeconds ?? worker.RatePeriodSeconds ?? 1))
            {
                IsShared = (handler.RateScope ?? worker.RateScope) == RateScope.Shared,
                Burst = handler.RateBurst ?? worker.RateBurst ?? 1,
                Key = handler.RateKeyPath is { } path ? RateKeyPath.Reader(path) : handler.RateKey,
            }
            : null,
        (handler.RestAfterFailures ?? worker.RestAfterFailures) is { } failures and > 0
            ? new RestRules(
                failures,
                TimeSpan.FromSeconds(handler.RestWindowSeconds ?? worker.RestWindowSeconds ?? 60),
                TimeSpan.FromSeconds(handler.RestSeconds ?? worker.RestSeconds ?? 60))
            : null,
        // A batch of more would wait for items that no place is left for.
        new BatchRules(
            Math.Min(handler.BatchMaxItems ?? 10, Math.Min(handler.Concurrency ?? worker.Concurrency, worker.Concurrency)),
            TimeSpan.FromSeconds(handler.BatchMaxWaitSeconds ?? 0.1)));

    private static HashSet<string> Union(IEnumerable<string> one, IEnumerable<string> other) => [.. one, .. other];
}

/// <summary>So many calls may begin within a period.</summary>
internal sealed record RateRules(int Permits, TimeSpan Period)
{
    /// <summary>Whether the calls of all processes count.</summary>
    public bool IsShared { get; init; }

    /// <summary>Calls that may begin at once, of a shared rate.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>The key of an item, each of which has the shared rate for itself; null: there is one for all.</summary>
    public Func<NodeWorkItem, string?>? Key { get; init; }
}

/// <summary>So many failures in a row, within the window, bring a rest.</summary>
internal sealed record RestRules(int Failures, TimeSpan Window, TimeSpan Rest);

/// <summary>So many items at the most are one call, and the first waits so long for others.</summary>
internal sealed record BatchRules(int MaxItems, TimeSpan MaxWait);
