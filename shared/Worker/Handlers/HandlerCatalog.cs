using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Handlers;

/// <summary>The handlers of this worker and the queues it consumes for them.</summary>
internal sealed class HandlerCatalog(FlowWorkerBuilder worker, IOptions<FlowWorkerOptions> options)
{
    /// <summary>Names of the handlers, in order.</summary>
    public IReadOnlyList<string> Names { get; } = [.. worker.Handlers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The listed queues and no others, else the ones the handlers declare.</summary>
    public IReadOnlyList<string> Queues { get; } = options.Value.Queues.Count > 0
        ? [.. options.Value.Queues.Distinct(StringComparer.Ordinal)]
        : [.. worker.Handlers.Values.Select(h => h.Queue).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The handlers that declare a queue.</summary>
    public IReadOnlyList<HandlerRegistration> On(string queue) => [.. worker.Handlers.Values.Where(h => h.Queue == queue)];

    public bool TryGet(string name, [NotNullWhen(true)] out HandlerRegistration? handler) => worker.Handlers.TryGetValue(name, out handler);
}
