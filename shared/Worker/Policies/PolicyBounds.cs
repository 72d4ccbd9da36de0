using System.Globalization;
using Flow.Contracts;

namespace Flow.Worker.Policies;

/// <summary>What policies allow.</summary>
internal static class PolicyBounds
{
    /// <summary>Names of the settings of a handler.</summary>
    public static IReadOnlyList<string> Settings { get; } = [.. typeof(HandlerPolicy).GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal)];

    /// <summary>The values that are out of bounds.</summary>
    /// <param name="owner">What stands before the name of a setting.</param>
    /// <param name="policy">The values.</param>
    public static IEnumerable<string> Faults(string owner, CallPolicy policy) =>
    [
        .. Range(owner, nameof(policy.RetryMaxAttempts), policy.RetryMaxAttempts, 1, 100),
        .. Range(owner, nameof(policy.RetryFirstDelaySeconds), policy.RetryFirstDelaySeconds, 0.001, 3_600),
        .. Range(owner, nameof(policy.RetryFactor), policy.RetryFactor, 1, 10),
        .. Range(owner, nameof(policy.RetryMaxDelaySeconds), policy.RetryMaxDelaySeconds, 0.001, 3_600),
        .. Range(owner, nameof(policy.RetryJitter), policy.RetryJitter, 0, 1),
        .. Range(owner, nameof(policy.RetryBudgetSeconds), policy.RetryBudgetSeconds, 1, FlowWorkerOptions.MaxHandlerTimeoutSeconds),
        .. Range(owner, nameof(policy.RatePermits), policy.RatePermits, 0, PermitLimits.MaxPermits),
        .. Range(owner, nameof(policy.RatePeriodSeconds), policy.RatePeriodSeconds, 1, PermitLimits.MaxPeriodSeconds),
        .. policy.RateScope is { } scope && !Enum.IsDefined(scope) ? (string[])[$"{owner}{nameof(policy.RateScope)} is {scope}; allowed are {string.Join(", ", Enum.GetNames<RateScope>())}."] : [],
        .. Range(owner, nameof(policy.RateBurst), policy.RateBurst, 1, PermitLimits.MaxPermits),
        .. Range(owner, nameof(policy.RestAfterFailures), policy.RestAfterFailures, 0, 10_000),
        .. Range(owner, nameof(policy.RestWindowSeconds), policy.RestWindowSeconds, 1, 86_400),
        .. Range(owner, nameof(policy.RestSeconds), policy.RestSeconds, 1, 86_400),
        .. Names(owner, nameof(policy.RetryOn), policy.RetryOn),
        .. Names(owner, nameof(policy.RetryNever), policy.RetryNever),
        .. policy is HandlerPolicy handler ? Range(owner, nameof(handler.Concurrency), handler.Concurrency, 1, 1_000) : [],
        .. policy is HandlerPolicy own ? Range(owner, nameof(own.TimeoutSeconds), own.TimeoutSeconds, 1, FlowWorkerOptions.MaxHandlerTimeoutSeconds) : [],
        .. policy is HandlerPolicy batch ? Range(owner, nameof(batch.BatchMaxItems), batch.BatchMaxItems, 1, 1_000) : [],
        .. policy is HandlerPolicy wait ? Range(owner, nameof(wait.BatchMaxWaitSeconds), wait.BatchMaxWaitSeconds, 0.001, 60) : [],
        .. policy is HandlerPolicy { RateKeyPath: { } path } && RateKeyPath.Fault(path) is { } fault ? (string[])[$"{owner}{nameof(HandlerPolicy.RateKeyPath)}: {fault}"] : [],
    ];

    private static IEnumerable<string> Range(string owner, string setting, double? value, double min, double max)
    {
        // NaN is in no range.
        if (value is { } given && !(given >= min && given <= max))
            yield return string.Create(CultureInfo.InvariantCulture, $"{owner}{setting} is {given}; allowed are {min} to {max}.");
    }

    private static IEnumerable<string> Names(string owner, string setting, IReadOnlyList<string> names) => names.Index().Where(n => string.IsNullOrWhiteSpace(n.Item))
        .Select(n => $"{owner}{setting}:{n.Index} is empty; allowed are names of errors and full names of exceptions.");
}
