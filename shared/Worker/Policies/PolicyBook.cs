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
    public static IEnumerable<string> Faults(FlowWorkerBuilder worker)
    {
        foreach (var handler in worker.Handlers.Values)
        {
            foreach (var fault in PolicyBounds.Faults($"{Path(handler.Name)}:", Configured(worker, handler)))
                yield return fault;
            if (!handler.IsBatch && Configured(worker, handler) is ({ BatchMaxItems: not null } or { BatchMaxWaitSeconds: not null }))
                yield return $"Handler '{handler.Name}' takes one item at a time, so {nameof(HandlerPolicy.BatchMaxItems)} and {nameof(HandlerPolicy.BatchMaxWaitSeconds)} do not apply: leave them out, or implement IBatchNodeHandler<TInput, TOutput>.";
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

    /// <summary>A name may hold colons, which part sections.</summary>
    private static bool IsPartOfName(FlowWorkerBuilder worker, string path) => worker.Handlers.Keys.Any(
        name => name.Equals(path, StringComparison.OrdinalIgnoreCase) || name.StartsWith($"{path}:", StringComparison.OrdinalIgnoreCase));

    private static string Path(string handler) => $"{FlowWorkerOptions.Section}:{FlowWorkerOptions.Handlers}:{handler}";

    private static IConfigurationSection? Section(FlowWorkerBuilder worker, string handler) => worker.Settings?.GetSection($"{FlowWorkerOptions.Handlers}:{handler}");
}
