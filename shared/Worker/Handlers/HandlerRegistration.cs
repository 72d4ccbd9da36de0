using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Execution;
using Flow.Worker.Policies;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Worker.Handlers;

/// <summary>Reads the input, calls the handler, and gives its decision.</summary>
internal delegate Task<ITransition> HandlerCall(IServiceProvider services, NodeContext context, JsonSerializerOptions json);

/// <summary>A handler a worker serves, and what it wishes for itself.</summary>
internal sealed record HandlerRegistration
{
    private const int MaxNameLength = 140;

    /// <exception cref="ArgumentException">Something is not allowed; says what.</exception>
    public HandlerRegistration(string name, string? queue, HandlerPolicy policy, string source, HandlerCall call)
    {
        queue ??= QueueNames.DefaultWorkQueue;
        if (name is not { Length: > 0 and <= MaxNameLength } || name.Any(c => char.IsWhiteSpace(c) || c == '/'))
            throw new ArgumentException($"'{name}' is not a handler name: use 1 to {MaxNameLength} characters without spaces and '/'.");
        if (QueueNames.WorkQueueNameFault(queue) is { } fault)
            throw new ArgumentException($"Handler '{name}': {fault}");
        if (policy.TimeoutSeconds is < 1 or > FlowWorkerOptions.MaxHandlerTimeoutSeconds)
            throw new ArgumentException($"Handler '{name}': a timeout of {policy.TimeoutSeconds} s is not allowed; use 1 to {FlowWorkerOptions.MaxHandlerTimeoutSeconds}.");
        if (PolicyBounds.Faults($"Handler '{name}': ", policy).ToList() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(" ", faults));
        (Name, Queue, Policy, Source, Call) = (name, queue, policy, source, call);
    }

    /// <summary>The name an item asks for.</summary>
    public string Name { get; }

    /// <summary>Queue to consume for it.</summary>
    public string Queue { get; }

    /// <summary>Its policies, as the code says them.</summary>
    public HandlerPolicy Policy { get; }

    /// <summary>The type that stands behind it, for messages.</summary>
    public string Source { get; }

    /// <summary>The handler.</summary>
    public HandlerCall Call { get; }

    /// <summary>Whether it takes several items in one call.</summary>
    public bool IsBatch { get; init; }

    /// <summary>What it reads and writes.</summary>
    public IReadOnlyList<Type> Payloads { get; init; } = [];

    public static HandlerPolicy Said(HandlerPolicy? attribute, Action<HandlerPolicy>? registration, int? timeoutSeconds = null)
    {
        var policy = attribute ?? new();
        registration?.Invoke(policy);
        policy.TimeoutSeconds = timeoutSeconds ?? policy.TimeoutSeconds;
        return policy;
    }

    /// <summary>Calls a class.</summary>
    public static HandlerCall CallOf<THandler, TInput, TOutput>()
        where THandler : class, INodeHandler<TInput, TOutput> =>
        async (services, context, json) =>
        {
            var value = InvalidInputException.Read<TInput>(context.Input, json);
            return await services.GetRequiredService<THandler>().HandleAsync(value, context)
                ?? throw new InvalidOperationException($"{typeof(THandler).FullName} returned null; return Transition.Next(output), NextAll, Hold or Abort.");
        };

    /// <summary>Calls a function.</summary>
    public static HandlerCall CallOf<TInput, TOutput>(Func<TInput, NodeContext, Task<TOutput>> handle) => async (_, context, json) =>
    {
        var result = await handle(InvalidInputException.Read<TInput>(context.Input, json), context);
        return result as ITransition ?? Transition.Next(result);
    };

    /// <summary>Calls a batch handler together with other items.</summary>
    public static HandlerCall CallOfBatch<TInput, TOutput>(string name) => async (services, context, json) =>
        await services.GetRequiredKeyedService<Batches<TInput, TOutput>>(name).Run(InvalidInputException.Read<TInput>(context.Input, json), context);
}
