using Flow.Contracts;

namespace Flow.Worker;

/// <summary>
/// How handlers are called: tried again, paced, and rested. Each of them on its own: a rate of the worker is the rate of every one of its handlers. What is null is taken from
/// the next in order: the handler's settings, its code, the worker, the default.
/// </summary>
public abstract class CallPolicy
{
    /// <summary>How often a handler is called for one attempt, while it fails with transient errors. Default 1: once; 1 to 100.</summary>
    public int? RetryMaxAttempts { get; set; }

    /// <summary>Seconds before the second call. Default 0.5; 0.001 to 3,600.</summary>
    public double? RetryFirstDelaySeconds { get; set; }

    /// <summary>What each further delay is multiplied with. Default 2; 1 to 10.</summary>
    public double? RetryFactor { get; set; }

    /// <summary>Longest delay in seconds; a Retry-After may be longer. Default 30; 0.001 to 3,600.</summary>
    public double? RetryMaxDelaySeconds { get; set; }

    /// <summary>The share of a delay that is left to chance: at 0.2 it is 80 to 100 % of its length. Default 0.2; 0 to 1.</summary>
    public double? RetryJitter { get; set; }

    /// <summary>Seconds from the start of the attempt after which no further call begins. Default, and at most: the attempt's own time limit; 1 to 604,800.</summary>
    public int? RetryBudgetSeconds { get; set; }

    /// <summary>Errors that are transient besides the ones that are so by default: error names, and full names of exceptions, whose derived ones count too. Those of worker, code and settings add up.</summary>
    public IReadOnlyList<string> RetryOn { get; set; } = [];

    /// <summary>Errors that are never tried again within an attempt, written as in <see cref="RetryOn"/>, before which they come. They say that the item is at fault, so they do not count towards a rest.</summary>
    public IReadOnlyList<string> RetryNever { get; set; } = [];

    /// <summary>Calls of the handler that may begin within <see cref="RatePeriodSeconds"/>, in this process or, see <see cref="RateScope"/>, in all. Default 0: any number; 0 to 100,000.</summary>
    public int? RatePermits { get; set; }

    /// <summary>Length of the period of <see cref="RatePermits"/>, in seconds. Default 1; 1 to 86,400.</summary>
    public int? RatePeriodSeconds { get; set; }

    /// <summary>
    /// Whose calls the rate counts. Default <see cref="Worker.RateScope.Process"/>. With <see cref="Worker.RateScope.Shared"/> all processes that serve the handler share its permits, which the orchestrator gives, evenly spread:
    /// one every <see cref="RatePeriodSeconds"/> / <see cref="RatePermits"/>. No permit is given twice, whatever dies; calls begin within half a second of their permit, so that in a time of T seconds there are never more than
    /// <see cref="RateBurst"/> + (T + 0.5) × permits / period. While no orchestrator answers, nothing begins.
    /// </summary>
    public RateScope? RateScope { get; set; }

    /// <summary>Calls that may begin at once when none began for long, of a shared rate. Default 1: evenly spread; 1 to 100,000. In any period there are at most <see cref="RatePermits"/> + RateBurst - 1 permits.</summary>
    public int? RateBurst { get; set; }

    /// <summary>Failures in a row after which the handler rests. Default 0: never; 0 to 10,000.</summary>
    public int? RestAfterFailures { get; set; }

    /// <summary>Seconds within which these failures must lie. Default 60; 1 to 86,400.</summary>
    public int? RestWindowSeconds { get; set; }

    /// <summary>Seconds that a rest lasts. Default 60; 1 to 86,400.</summary>
    public int? RestSeconds { get; set; }
}

/// <summary>Whose calls a rate counts.</summary>
public enum RateScope
{
    /// <summary>Those of this process.</summary>
    Process,

    /// <summary>Those of all processes that serve the handler.</summary>
    Shared,
}

/// <summary>What is said of one handler, in code or as <c>Flow:Worker:Handlers:&lt;name&gt;</c>, which wins. Checked at start.</summary>
public sealed class HandlerPolicy : CallPolicy
{
    /// <summary>Items of the handler at once, within the worker's own places. Default: as many as the worker has; 1 to 1,000.</summary>
    public int? Concurrency { get; set; }

    /// <summary>Seconds until an attempt fails as States.Timeout, unless the node sets its own. Default: the worker's setting; 1 to 604,800.</summary>
    public int? TimeoutSeconds { get; set; }

    /// <summary>Items that a batch handler gets in one call at the most; never more than <see cref="Concurrency"/>, as each of them takes a place. For batch handlers only. Default 10; 1 to 1,000.</summary>
    public int? BatchMaxItems { get; set; }

    /// <summary>Seconds that the first item of a batch waits for others. For batch handlers only. Default 0.1; 0.001 to 60.</summary>
    public double? BatchMaxWaitSeconds { get; set; }

    /// <summary>
    /// Where the key of an item stands in its input, e.g. <c>$.customer</c>, <c>$.order['customer id']</c> or <c>$.accounts[0]</c>: each key has the rate for itself. Items that have nothing there, or null, are of one key. For shared
    /// rates only. Default: one key for all items.
    /// </summary>
    public string? RateKeyPath { get; set; }

    /// <summary>The function of <see cref="RateBy"/>.</summary>
    internal Func<NodeWorkItem, string?>? RateKey { get; private set; }

    /// <summary>
    /// Gives each key the rate for itself, as <see cref="RateKeyPath"/> does, which wins. The input of an item is read for it, however large it is. An item of which the function throws fails as Flow.InvalidInput.
    /// </summary>
    /// <param name="key">Gives the key of an item; null and the empty text are the key of all items that have none. It must not block.</param>
    public void RateBy(Func<NodeWorkItem, string?> key) => RateKey = key;

    internal HandlerPolicy Copy() => (HandlerPolicy)MemberwiseClone();
}
