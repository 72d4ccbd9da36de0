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

    /// <summary>Calls of the handler that may begin within <see cref="RatePeriodSeconds"/>, in this process. Default 0: any number; 0 to 100,000.</summary>
    public int? RatePermits { get; set; }

    /// <summary>Length of the period of <see cref="RatePermits"/>, in seconds. Default 1; 1 to 86,400.</summary>
    public int? RatePeriodSeconds { get; set; }

    /// <summary>Failures in a row after which the handler rests. Default 0: never; 0 to 10,000.</summary>
    public int? RestAfterFailures { get; set; }

    /// <summary>Seconds within which these failures must lie. Default 60; 1 to 86,400.</summary>
    public int? RestWindowSeconds { get; set; }

    /// <summary>Seconds that a rest lasts. Default 60; 1 to 86,400.</summary>
    public int? RestSeconds { get; set; }
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

    internal HandlerPolicy Copy() => (HandlerPolicy)MemberwiseClone();
}
