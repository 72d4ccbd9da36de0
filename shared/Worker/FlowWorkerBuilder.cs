using System.Text.Json;
using System.Text.Json.Serialization;
using Flow.Worker.Handlers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Flow.Worker;

/// <summary>What a worker serves. Registrations may come in any number of calls of <c>AddFlowWorker</c>; together they are one worker.</summary>
public sealed class FlowWorkerBuilder
{
    private readonly Dictionary<string, HandlerRegistration> _handlers = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, string> _errors = [];

    internal FlowWorkerBuilder(IServiceCollection services, IConfiguration? settings = null) => (Services, Settings) = (services, settings);

    /// <summary>The services of the process, for what the handlers need.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// How inputs are read and outputs written. Default: camelCase names, any case accepted, enums by name; a missing constructor parameter without a default, and null
    /// where the type does not allow it, are invalid input.
    /// </summary>
    public JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The section of the worker.</summary>
    internal IConfiguration? Settings { get; }

    internal IReadOnlyDictionary<string, HandlerRegistration> Handlers => _handlers;

    internal IReadOnlyDictionary<Type, string> Errors => _errors;

    /// <summary>Adds a handler class; it is made anew for every item, with its dependencies.</summary>
    /// <typeparam name="THandler">Implements <see cref="INodeHandler{TInput,TOutput}"/> exactly once.</typeparam>
    /// <param name="name">Name of the handler; null: the one its <see cref="NodeHandlerAttribute"/> gives.</param>
    /// <param name="queue">Queue to consume for it; null: the attribute's, else <c>default</c>.</param>
    /// <param name="timeoutSeconds">Seconds until an attempt fails as States.Timeout, 1 to 604,800; null: the attribute's, else the worker's setting.</param>
    /// <param name="policy">Sets its policies, over what the attribute says; the settings <c>Flow:Worker:Handlers:&lt;name&gt;</c> win.</param>
    /// <exception cref="ArgumentException">The name is missing, not allowed or taken, or the queue, the time, a policy or the class is not valid; says which and why.</exception>
    public FlowWorkerBuilder AddHandler<THandler>(string? name = null, string? queue = null, int? timeoutSeconds = null, Action<HandlerPolicy>? policy = null)
        where THandler : class
    {
        Add(HandlerRegistration.OfClass(typeof(THandler), name, queue, timeoutSeconds, policy));
        Services.TryAddScoped<THandler>();
        return this;
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
        Add(HandlerRegistration.OfFunction(name, handle, queue, timeoutSeconds, policy));
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

    private void Add(HandlerRegistration handler)
    {
        if (!_handlers.TryAdd(handler.Name, handler))
            throw new ArgumentException($"Handler '{handler.Name}' is added twice, by {_handlers[handler.Name].Source} and by {handler.Source}: give one of them another name.");
    }
}
