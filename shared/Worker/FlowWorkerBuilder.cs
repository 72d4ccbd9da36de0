using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Flow.Worker.Execution;
using Flow.Worker.Handlers;
using Flow.Worker.Policies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Flow.Worker;

/// <summary>What a worker serves. Registrations may come in any number of calls of <c>AddFlowWorker</c>; together they are one worker.</summary>
public sealed class FlowWorkerBuilder
{
    private readonly Dictionary<string, HandlerRegistration> _handlers = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, string> _errors = [];
    private readonly List<ChainLink> _middleware = [];

    internal FlowWorkerBuilder(IServiceCollection services, IConfiguration? settings = null) => (Services, Settings) = (services, settings);

    /// <summary>The services of the process, for what the handlers need.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// How inputs are read and outputs written. Default: camelCase names, any case accepted, enums by name; a missing constructor parameter without a default, and null
    /// where the type does not allow it, are invalid input. Types are known by reflection, unless a <see cref="System.Text.Json.Serialization.JsonSerializerContext"/> is put first in
    /// <see cref="JsonSerializerOptions.TypeInfoResolverChain"/>. Fixed once the worker starts; a handler whose types it does not know stops the start-up.
    /// </summary>
    public JsonSerializerOptions Json { get; } = HandlerJson.NewOptions();

    /// <summary>The section of the worker.</summary>
    internal IConfiguration? Settings { get; }

    internal IReadOnlyDictionary<string, HandlerRegistration> Handlers => _handlers;

    internal IReadOnlyDictionary<Type, string> Errors => _errors;

    /// <summary>What stands around every handler, the outermost first.</summary>
    internal IReadOnlyList<ChainLink> Middleware => _middleware;

    /// <summary>Adds a handler class, its types found by reflection; it is made anew for every call, with its dependencies. <c>AddHandlers()</c>, which is generated, adds all of an assembly without reflection.</summary>
    /// <typeparam name="THandler">Implements <see cref="INodeHandler{TInput,TOutput}"/> or <see cref="IBatchNodeHandler{TInput,TOutput}"/> exactly once.</typeparam>
    /// <param name="name">Name of the handler; null: the one its <see cref="NodeHandlerAttribute"/> gives.</param>
    /// <param name="queue">Queue to consume for it; null: the attribute's, else <c>default</c>.</param>
    /// <param name="timeoutSeconds">Seconds until an attempt fails as States.Timeout, 1 to 604,800; null: the attribute's, else the worker's setting.</param>
    /// <param name="policy">Sets its policies, over what the attribute says; the settings <c>Flow:Worker:Handlers:&lt;name&gt;</c> win.</param>
    /// <exception cref="ArgumentException">The name is missing, not allowed or taken, or the queue, the time, a policy or the class is not valid; says which and why.</exception>
    [RequiresUnreferencedCode(HandlerReflection.Why)]
    [RequiresDynamicCode(HandlerReflection.Why)]
    public FlowWorkerBuilder AddHandler<THandler>(string? name = null, string? queue = null, int? timeoutSeconds = null, Action<HandlerPolicy>? policy = null)
        where THandler : class => HandlerReflection.Add(this, typeof(THandler), name, queue, timeoutSeconds, policy);

    /// <summary>Adds a handler class without reflection, as <c>AddHandlers()</c> does; it is made anew for every call, with its dependencies.</summary>
    /// <param name="declaration">Its name and what it wishes for itself.</param>
    /// <param name="policy">Sets its policies, over what the declaration says; the settings <c>Flow:Worker:Handlers:&lt;name&gt;</c> win.</param>
    /// <exception cref="ArgumentException">The name is not allowed or taken, or the queue, the time or a policy is not valid; says which and why.</exception>
    public FlowWorkerBuilder AddHandler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TInput, TOutput>(
        NodeHandlerAttribute declaration, Action<HandlerPolicy>? policy = null)
        where THandler : class, INodeHandler<TInput, TOutput>
    {
        ArgumentNullException.ThrowIfNull(declaration);
        return AddClass<THandler, TInput, TOutput>(declaration.Name, declaration.Queue, HandlerRegistration.Said(declaration.Policy(), policy));
    }

    /// <summary>Adds a handler that is a function. It may return its output, a <see cref="Transition{TOutput}"/> or a <see cref="Transition"/>.</summary>
    /// <param name="name">Name of the handler.</param>
    /// <param name="handle">Called for every item.</param>
    /// <param name="queue">Queue to consume for it; null: <c>default</c>.</param>
    /// <param name="timeoutSeconds">Seconds until an attempt fails as States.Timeout, 1 to 604,800; null: the worker's setting.</param>
    /// <param name="policy">Sets its policies; the settings <c>Flow:Worker:Handlers:&lt;name&gt;</c> win.</param>
    /// <exception cref="ArgumentException">The name is not allowed or taken, or the queue, the time or a policy is not valid; says which and why.</exception>
    public FlowWorkerBuilder AddHandler<TInput, TOutput>(
        string name, Func<TInput, NodeContext, Task<TOutput>> handle, string? queue = null, int? timeoutSeconds = null, Action<HandlerPolicy>? policy = null)
    {
        ArgumentNullException.ThrowIfNull(handle);
        Add<TInput, TOutput>(new(name, queue, HandlerRegistration.Said(null, policy, timeoutSeconds), SourceOf(handle), HandlerRegistration.CallOf(handle)));
        return this;
    }

    /// <summary>Adds a class that handles several items of a Map in one call, without reflection, as <c>AddHandlers()</c> does; it is made anew for every batch, with its dependencies.</summary>
    /// <inheritdoc cref="AddHandler{THandler,TInput,TOutput}(NodeHandlerAttribute,Action{HandlerPolicy})"/>
    public FlowWorkerBuilder AddBatchHandler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TInput, TOutput>(
        NodeHandlerAttribute declaration, Action<HandlerPolicy>? policy = null)
        where THandler : class, IBatchNodeHandler<TInput, TOutput>
    {
        ArgumentNullException.ThrowIfNull(declaration);
        return AddBatchClass<THandler, TInput, TOutput>(declaration.Name, declaration.Queue, HandlerRegistration.Said(declaration.Policy(), policy));
    }

    /// <summary>Adds a function that handles several items of a Map in one call: see <see cref="IBatchNodeHandler{TInput,TOutput}"/>.</summary>
    /// <param name="name">Name of the handler.</param>
    /// <param name="handle">Called for every batch; gives a decision for each item, in their order.</param>
    /// <param name="maxItems">Items of a batch at the most, see <see cref="HandlerPolicy.BatchMaxItems"/>; 1 to 1,000.</param>
    /// <param name="maxWaitSeconds">Seconds that the first item of a batch waits for others; 0.001 to 60.</param>
    /// <param name="queue">Queue to consume for it; null: <c>default</c>.</param>
    /// <param name="timeoutSeconds">Seconds until an attempt fails as States.Timeout, 1 to 604,800; null: the worker's setting.</param>
    /// <param name="policy">Sets its policies; the settings <c>Flow:Worker:Handlers:&lt;name&gt;</c> win.</param>
    /// <exception cref="ArgumentException">The name is not allowed or taken, or the queue, a number, the time or a policy is not valid; says which and why.</exception>
    public FlowWorkerBuilder AddBatchHandler<TInput, TOutput>(
        string name,
        Func<IReadOnlyList<BatchItem<TInput>>, CancellationToken, Task<IReadOnlyList<Transition<TOutput>>>> handle,
        int maxItems,
        double maxWaitSeconds,
        string? queue = null,
        int? timeoutSeconds = null,
        Action<HandlerPolicy>? policy = null)
    {
        ArgumentNullException.ThrowIfNull(handle);
        var said = HandlerRegistration.Said(new() { BatchMaxItems = maxItems, BatchMaxWaitSeconds = maxWaitSeconds }, policy, timeoutSeconds);
        AddBatch<TInput, TOutput>(name, queue, said, SourceOf(handle), (_, items, cancellationToken) => handle(items, cancellationToken));
        return this;
    }

    /// <summary>Puts a middleware around all handlers of the worker, inside of those that were added before.</summary>
    public FlowWorkerBuilder Use<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TMiddleware>()
        where TMiddleware : class, IHandlerMiddleware
    {
        Services.TryAddScoped<TMiddleware>();
        _middleware.Add((services, context, next) => services.GetRequiredService<TMiddleware>().InvokeAsync(context, next));
        return this;
    }

    /// <summary>Puts a function around all handlers of the worker, inside of what was added before.</summary>
    /// <param name="middleware">As <see cref="IHandlerMiddleware.InvokeAsync"/>.</param>
    public FlowWorkerBuilder Use(Func<NodeContext, Func<Task<ITransition>>, Task<ITransition>> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        _middleware.Add((_, context, next) => middleware(context, next));
        return this;
    }

    /// <summary>Gives an exception, and those derived from it, a name of its own as Error in place of its type's full name. The nearest base type wins.</summary>
    /// <param name="error">Name that Retry and Catch match, e.g. <c>Video.NotFound</c>.</param>
    public FlowWorkerBuilder MapError<TException>(string error)
        where TException : Exception
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(error);
        _errors[typeof(TException)] = error;
        return this;
    }

    internal FlowWorkerBuilder AddClass<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TInput, TOutput>(string name, string? queue, HandlerPolicy policy)
        where THandler : class, INodeHandler<TInput, TOutput>
    {
        Add<TInput, TOutput>(new(name, queue, policy, typeof(THandler).FullName!, HandlerRegistration.CallOf<THandler, TInput, TOutput>()));
        Services.TryAddScoped<THandler>();
        return this;
    }

    internal FlowWorkerBuilder AddBatchClass<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TInput, TOutput>(string name, string? queue, HandlerPolicy policy)
        where THandler : class, IBatchNodeHandler<TInput, TOutput>
    {
        AddBatch<TInput, TOutput>(
            name, queue, policy, typeof(THandler).FullName!, (services, items, cancellationToken) => services.GetRequiredService<THandler>().HandleAsync(items, cancellationToken));
        Services.TryAddScoped<THandler>();
        return this;
    }

    private static string SourceOf(Delegate function) => $"a function in {function.Method.DeclaringType?.FullName}";

    private void AddBatch<TInput, TOutput>(string name, string? queue, HandlerPolicy policy, string source, BatchCall<TInput, TOutput> call)
    {
        var handler = new HandlerRegistration(name, queue, policy, source, HandlerRegistration.CallOfBatch<TInput, TOutput>(name)) { IsBatch = true };
        Add<TInput, TOutput>(handler);
        Services.AddKeyedSingleton(name, (services, _) => new Batches<TInput, TOutput>(
            name, services.GetRequiredService<PolicyBook>()[handler].Batch, call, services.GetRequiredService<IServiceScopeFactory>(), services.GetRequiredService<TimeProvider>()));
    }

    private void Add<TInput, TOutput>(HandlerRegistration handler)
    {
        var output = !typeof(TOutput).IsAssignableTo(typeof(ITransition)) ? typeof(TOutput) : typeof(TOutput).GenericTypeArguments.FirstOrDefault();
        if (!_handlers.TryAdd(handler.Name, handler with { Payloads = output is null ? [typeof(TInput)] : [typeof(TInput), output] }))
            throw new ArgumentException($"Handler '{handler.Name}' is added twice, by {_handlers[handler.Name].Source} and by {handler.Source}: give one of them another name.");
    }
}
