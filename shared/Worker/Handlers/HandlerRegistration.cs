using System.Reflection;
using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Policies;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Worker.Handlers;

/// <summary>Reads the input, calls the handler, and gives its decision.</summary>
internal delegate Task<ITransition> HandlerCall(IServiceProvider services, JsonElement input, NodeContext context, JsonSerializerOptions json);

/// <summary>A handler a worker serves, and what it wishes for itself.</summary>
/// <param name="Name">The name an item asks for.</param>
/// <param name="Queue">Queue to consume for it.</param>
/// <param name="Policy">Its policies, as the code says them.</param>
/// <param name="Source">The type that stands behind it, for messages.</param>
/// <param name="Call">The handler.</param>
internal sealed record HandlerRegistration(string Name, string Queue, HandlerPolicy Policy, string Source, HandlerCall Call)
{
    private const int MaxNameLength = 140;

    public static HandlerRegistration OfClass(Type type, string? name, string? queue, int? timeoutSeconds, Action<HandlerPolicy>? policy)
    {
        var attribute = type.GetCustomAttribute<NodeHandlerAttribute>();
        var contracts = type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(INodeHandler<,>)).ToList();
        if (contracts is not [var contract])
            throw new ArgumentException($"{type.FullName} implements INodeHandler<TInput, TOutput> {contracts.Count} times; a handler implements it once.");
        name ??= attribute?.Name
            ?? throw new ArgumentException($"{type.FullName} has no name: write [NodeHandler(\"name\")] on the class, or AddHandler<{type.Name}>(\"name\").");

        var call = typeof(HandlerRegistration).GetMethod(nameof(CallOfClass), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod([type, .. contract.GetGenericArguments()]).Invoke(null, null);
        return Checked(name, queue ?? attribute?.Queue, Said(attribute?.Policy(), policy, timeoutSeconds), type.FullName!, (HandlerCall)call!);
    }

    public static HandlerRegistration OfFunction<TInput, TOutput>(string name, Func<TInput, NodeContext, Task<TOutput>> handle, string? queue, int? timeoutSeconds, Action<HandlerPolicy>? policy) =>
        Checked(name, queue, Said(null, policy, timeoutSeconds), $"a function in {handle.Method.DeclaringType?.FullName}", async (_, input, context, json) =>
        {
            var result = await handle(InvalidInputException.Read<TInput>(input, json), context);
            return result as ITransition ?? Transition.Next(result);
        });

    private static HandlerCall CallOfClass<THandler, TInput, TOutput>()
        where THandler : INodeHandler<TInput, TOutput> =>
        async (services, input, context, json) =>
        {
            var value = InvalidInputException.Read<TInput>(input, json);
            return await services.GetRequiredService<THandler>().HandleAsync(value, context)
                ?? throw new InvalidOperationException($"{typeof(THandler).FullName} returned null; return Transition.Next(output), NextAll, Hold or Abort.");
        };

    private static HandlerPolicy Said(HandlerPolicy? attribute, Action<HandlerPolicy>? registration, int? timeoutSeconds)
    {
        var policy = attribute ?? new();
        registration?.Invoke(policy);
        policy.TimeoutSeconds = timeoutSeconds ?? policy.TimeoutSeconds;
        return policy;
    }

    private static HandlerRegistration Checked(string name, string? queue, HandlerPolicy policy, string source, HandlerCall call)
    {
        queue ??= QueueNames.DefaultWorkQueue;
        if (name is not { Length: > 0 and <= MaxNameLength } || name.Any(c => char.IsWhiteSpace(c) || c == '/'))
            throw new ArgumentException($"'{name}' is not a handler name: use 1 to {MaxNameLength} characters without spaces and '/'.");
        if (QueueNames.WorkQueueNameFault(queue) is { } fault)
            throw new ArgumentException($"Handler '{name}': {fault}");
        if (policy.TimeoutSeconds is < 1 or > FlowWorkerOptions.MaxHandlerTimeoutSeconds)
            throw new ArgumentException($"Handler '{name}': a timeout of {policy.TimeoutSeconds} s is not allowed; use 1 to {FlowWorkerOptions.MaxHandlerTimeoutSeconds}.");
        return PolicyBounds.Faults($"Handler '{name}': ", policy).ToList() is { Count: > 0 } faults
            ? throw new ArgumentException(string.Join(" ", faults))
            : new(name, queue, policy, source, call);
    }
}
