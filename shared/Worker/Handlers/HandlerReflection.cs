using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Flow.Worker.Handlers;

/// <summary>Adds handler classes whose input and output are known only when the program runs.</summary>
internal static class HandlerReflection
{
    public const string Why = "The handler's input and output are found by reflection. Use AddHandlers(), which is generated, or AddHandler<THandler, TInput, TOutput>.";

    [RequiresUnreferencedCode(Why)]
    [RequiresDynamicCode(Why)]
    public static FlowWorkerBuilder Add(FlowWorkerBuilder worker, Type type, string? name, string? queue, int? timeoutSeconds, Action<HandlerPolicy>? policy)
    {
        var attribute = type.GetCustomAttribute<NodeHandlerAttribute>();
        var contracts = type.GetInterfaces().Where(i => Is(i, typeof(INodeHandler<,>)) || Is(i, typeof(IBatchNodeHandler<,>))).ToList();
        if (contracts is not [var contract])
            throw new ArgumentException($"{type.FullName} implements INodeHandler<TInput, TOutput> {contracts.Count} times; a handler implements it once, or IBatchNodeHandler<TInput, TOutput>.");
        name ??= attribute?.Name
            ?? throw new ArgumentException($"{type.FullName} has no name: write [NodeHandler(\"name\")] on the class, or AddHandler<{type.Name}>(\"name\").");

        var add = Is(contract, typeof(INodeHandler<,>)) ? nameof(worker.AddClass) : nameof(worker.AddBatchClass);
        return (FlowWorkerBuilder)typeof(FlowWorkerBuilder).GetMethod(add, BindingFlags.NonPublic | BindingFlags.Instance)!.MakeGenericMethod([type, .. contract.GetGenericArguments()])
            .Invoke(worker, BindingFlags.DoNotWrapExceptions, null, [name, queue ?? attribute?.Queue, HandlerRegistration.Said(attribute?.Policy(), policy, timeoutSeconds)], null)!;
    }

    private static bool Is(Type type, Type contract) => type.IsGenericType && type.GetGenericTypeDefinition() == contract;
}
