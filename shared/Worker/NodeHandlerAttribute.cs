namespace Flow.Worker;

/// <summary>
/// The name of a handler and what it wishes for itself. A number that is 0, and a list that is empty, say nothing: then the worker's setting holds. Meanings, units and bounds are those of
/// <see cref="HandlerPolicy"/>; the settings <c>Flow:Worker:Handlers:&lt;name&gt;</c> win.
/// </summary>
/// <param name="name">The handler's part of a Resource: <c>extract-audio</c> serves <c>flow:extract-audio</c> and <c>flow:video/extract-audio</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NodeHandlerAttribute(string name) : Attribute
{
    /// <summary>Name of the handler.</summary>
    public string Name { get; } = name;

    /// <summary>Queue the worker consumes for it. Default: <c>default</c>. Lower-case letters, digits, '-', '_' and '.', at most 80 characters.</summary>
    public string? Queue { get; set; }

    /// <summary>Seconds until an attempt fails as States.Timeout, unless the node sets its own. 0 (default): the worker's setting. At most 604,800.</summary>
    public int TimeoutSeconds { get; set; }

    /// <inheritdoc cref="HandlerPolicy.Concurrency"/>
    public int Concurrency { get; set; }

    /// <inheritdoc cref="CallPolicy.RetryMaxAttempts"/>
    public int RetryMaxAttempts { get; set; }

    /// <inheritdoc cref="CallPolicy.RetryFirstDelaySeconds"/>
    public double RetryFirstDelaySeconds { get; set; }

    /// <inheritdoc cref="CallPolicy.RetryFactor"/>
    public double RetryFactor { get; set; }

    /// <inheritdoc cref="CallPolicy.RetryMaxDelaySeconds"/>
    public double RetryMaxDelaySeconds { get; set; }

    /// <inheritdoc cref="CallPolicy.RetryJitter"/>
    public double RetryJitter { get; set; }

    /// <inheritdoc cref="CallPolicy.RetryBudgetSeconds"/>
    public int RetryBudgetSeconds { get; set; }

    /// <summary>Exceptions, and those derived from them, that are transient besides the ones that are so by default.</summary>
    public Type[] RetryOn { get; set; } = [];

    /// <summary>Exceptions, and those derived from them, that are never tried again within an attempt.</summary>
    public Type[] RetryNever { get; set; } = [];

    /// <inheritdoc cref="CallPolicy.RatePermits"/>
    public int RatePermits { get; set; }

    /// <inheritdoc cref="CallPolicy.RatePeriodSeconds"/>
    public int RatePeriodSeconds { get; set; }

    /// <inheritdoc cref="CallPolicy.RateScope"/>
    public RateScope RateScope { get; set; }

    /// <inheritdoc cref="CallPolicy.RateBurst"/>
    public int RateBurst { get; set; }

    /// <inheritdoc cref="HandlerPolicy.RateKeyPath"/>
    public string? RateKeyPath { get; set; }

    /// <inheritdoc cref="CallPolicy.RestAfterFailures"/>
    public int RestAfterFailures { get; set; }

    /// <inheritdoc cref="CallPolicy.RestWindowSeconds"/>
    public int RestWindowSeconds { get; set; }

    /// <inheritdoc cref="CallPolicy.RestSeconds"/>
    public int RestSeconds { get; set; }

    /// <inheritdoc cref="HandlerPolicy.BatchMaxItems"/>
    public int BatchMaxItems { get; set; }

    /// <inheritdoc cref="HandlerPolicy.BatchMaxWaitSeconds"/>
    public double BatchMaxWaitSeconds { get; set; }

    internal HandlerPolicy Policy() => new()
    {
        Concurrency = Said(Concurrency),
        TimeoutSeconds = Said(TimeoutSeconds),
        RetryMaxAttempts = Said(RetryMaxAttempts),
        RetryFirstDelaySeconds = Said(RetryFirstDelaySeconds),
        RetryFactor = Said(RetryFactor),
        RetryMaxDelaySeconds = Said(RetryMaxDelaySeconds),
        RetryJitter = Said(RetryJitter),
        RetryBudgetSeconds = Said(RetryBudgetSeconds),
        RetryOn = [.. RetryOn.Select(t => t.FullName!)],
        RetryNever = [.. RetryNever.Select(t => t.FullName!)],
        RatePermits = Said(RatePermits),
        RatePeriodSeconds = Said(RatePeriodSeconds),
        RateScope = RateScope == default ? null : RateScope,
        RateBurst = Said(RateBurst),
        RateKeyPath = RateKeyPath,
        RestAfterFailures = Said(RestAfterFailures),
        RestWindowSeconds = Said(RestWindowSeconds),
        RestSeconds = Said(RestSeconds),
        BatchMaxItems = Said(BatchMaxItems),
        BatchMaxWaitSeconds = Said(BatchMaxWaitSeconds),
    };

    private static T? Said<T>(T value)
        where T : struct, System.Numerics.INumberBase<T> => T.IsZero(value) ? null : value;
}
