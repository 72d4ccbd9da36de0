using Flow.Worker.Handlers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Policies;

/// <summary>The policies of the handlers: what is configured, over what is said in code, over what is said of the worker.</summary>
internal sealed class PolicyBook(FlowWorkerBuilder worker, IOptions<FlowWorkerOptions> options)
{
    private readonly Dictionary<string, Policy> _policies = worker.Handlers.Values.ToDictionary(
        h => h.Name, h => Policy.Of(Configured(worker, h), options.Value), StringComparer.Ordinal);

    public Policy this[HandlerRegistration handler] => _policies[handler.Name];

    /// <summary>What is wrong with the settings of handlers.</summary>
    public static IEnumerable<string> Faults(FlowWorkerBuilder worker, FlowWorkerOptions options)
    {
        foreach (var handler in worker.Handlers.Values)
        {
            foreach (var fault in PolicyBounds.Faults($"{Path(handler.Name)}:", Configured(worker, handler)))
                yield return fault;
            if (!handler.IsBatch && Configured(worker, handler) is ({ BatchMaxItems: not null } or { BatchMaxWaitSeconds: not null }))
                yield return $"Handler '{handler.Name}' takes one item at a time, so {nameof(HandlerPolicy.BatchMaxItems)} and {nameof(HandlerPolicy.BatchMaxWaitSeconds)} do not apply: leave them out, or implement IBatchNodeHandler<TInput, TOutput>.";
            if (RateFault(Configured(worker, handler), options) is { } rate)
                yield return $"Handler '{handler.Name}' {rate}";
            foreach (var child in Section(worker, handler.Name)?.GetChildren() ?? [])
            {
                if (!PolicyBounds.Settings.Contains(child.Key, StringComparer.OrdinalIgnoreCase) && !IsPartOfName(worker, $"{handler.Name}:{child.Key}"))
                    yield return $"{child.Path} is no setting; a handler has {string.Join(", ", PolicyBounds.Settings)}.";
            }
        }

        foreach (var child in worker.Settings?.GetSection(FlowWorkerOptions.Handlers).GetChildren() ?? [])
        {
            if (!IsPartOfName(worker, child.Key))
                yield return $"{child.Path} names no handler of this worker; it has {string.Join(", ", worker.Handlers.Keys.Order(StringComparer.Ordinal))}.";
        }
    }

    private static HandlerPolicy Configured(FlowWorkerBuilder worker, HandlerRegistration handler)
    {
        var policy = handler.Policy.Copy();
        if (Section(worker, handler.Name) is { } section)
            section.Bind(policy);
        return policy;
    }

    private static string? RateFault(HandlerPolicy policy, FlowWorkerOptions worker)
    {
        var isShared = (policy.RateScope ?? worker.RateScope) == RateScope.Shared;
        if ((policy.RateKeyPath is not null || policy.RateKey is not null) && !(isShared && (policy.RatePermits ?? worker.RatePermits) > 0))
            return $"has a key for its rate, but no shared rate: set {nameof(policy.RateScope)} to {RateScope.Shared} and {nameof(policy.RatePermits)}, or leave {nameof(policy.RateKeyPath)} out.";
        return policy.RateBurst is not null && !isShared ? $"has a {nameof(policy.RateBurst)}, which only a shared rate has: set {nameof(policy.RateScope)} to {RateScope.Shared}, or leave it out." : null;
    }

    /// <summary>A name may hold colons, which part sections.</summary>
    private static bool IsPartOfName(FlowWorkerBuilder worker, string path) => worker.Handlers.Keys.Any(
        name => name.Equals(path, StringComparison.OrdinalIgnoreCase) || name.StartsWith($"{path}:", StringComparison.OrdinalIgnoreCase));

    private static string Path(string handler) => $"{FlowWorkerOptions.Section}:{FlowWorkerOptions.Handlers}:{handler}";

    private static IConfigurationSection? Section(FlowWorkerBuilder worker, string handler) => worker.Settings?.GetSection($"{FlowWorkerOptions.Handlers}:{handler}");
}
