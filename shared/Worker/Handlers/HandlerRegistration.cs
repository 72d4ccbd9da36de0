using System.Reflection;
using System.Text.Json;
using Flow.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Worker.Handlers;

/// <summary>Reads the input, calls the handler, and gives its decision.</summary>
internal delegate Task<ITransition> HandlerCall(IServiceProvider services, JsonElement input, NodeContext context, JsonSerializerOptions json);

/// <summary>A handler a worker serves, and what it wishes for itself.</summary>
/// <param name="Name">The name an item asks for.</param>
/// <param name="Queue">Queue to consume for it.</param>
/// <param name="TimeoutSeconds">Its own time limit; null: the worker's.</param>
/// <param name="Source">The type that stands behind it, for messages.</param>
/// <param name="Call">The handler.</param>
internal sealed record HandlerRegistration(string Name, string Queue, int? TimeoutSeconds, string Source, HandlerCall Call)
{
    private const int MaxNameLength = 140;

    public static HandlerRegistration OfClass(Type type, string? name, string? queue, int? timeoutSeconds)
    {
        var attribute = type.GetCustomAttribute<NodeHandlerAttribute>();
        var contracts = type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(INodeHandler<,>)).ToList();
        if (contracts is not [var contract])
            throw new ArgumentException($"{type.FullName} implements INodeHandler<TInput, TOutput> {contracts.Count} times; a handler implements it once.");
        name ??= attribute?.Name
            ?? throw new ArgumentException($"{type.FullName} has no name: write [NodeHandler(\"name\")] on the class, or AddHandler<{type.Name}>(\"name\").");

        var call = typeof(HandlerRegistration).GetMethod(nameof(CallOfClass), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod([type, .. contract.GetGenericArguments()]).Invoke(null, null);
        return Checked(name, queue ?? attribute?.Queue, timeoutSeconds ?? (attribute?.TimeoutSeconds is > 0 or < 0 ? attribute.TimeoutSeconds : null), type.FullName!, (HandlerCall)call!);
    }

    public static HandlerRegistration OfFunction<TInput, TOutput>(string name, Func<TInput, NodeContext, Task<TOutput>> handle, string? queue, int? timeoutSeconds) =>
        Checked(name, queue, timeoutSeconds, $"a function in {handle.Method.DeclaringType?.FullName}", async (_, input, context, json) =>
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

    private static HandlerRegistration Checked(string name, string? queue, int? timeoutSeconds, string source, HandlerCall call)
    {
        queue ??= QueueNames.DefaultWorkQueue;
        if (name is not { Length: > 0 and <= MaxNameLength } || name.Any(c => char.IsWhiteSpace(c) || c == '/'))
            throw new ArgumentException($"'{name}' is not a handler name: use 1 to {MaxNameLength} characters without spaces and '/'.");
        if (!QueueNames.IsWorkQueueName(queue))
            throw new ArgumentException($"Handler '{name}': '{queue}' is not a queue name: use 1 to {QueueNames.MaxWorkQueueNameLength} lower-case letters, digits, '-', '_' or '.'.");
        if (timeoutSeconds is < 1 or > FlowWorkerOptions.MaxHandlerTimeoutSeconds)
            throw new ArgumentException($"Handler '{name}': a timeout of {timeoutSeconds} s is not allowed; use 1 to {FlowWorkerOptions.MaxHandlerTimeoutSeconds}.");
        return new(name, queue, timeoutSeconds, source, call);
    }
}
