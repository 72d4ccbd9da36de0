using Flow.Transports;
using Flow.Worker.Bus;
using Flow.Worker.Execution;
using Flow.Worker.Handlers;
using Flow.Worker.Policies;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Flow.Worker;

/// <summary>Makes a process a worker of Flow.</summary>
public static class FlowWorkerExtensions
{
    // What the host allows on top of the drain, for the bus and the rest to stop.
    private const int StopMarginSeconds = 15;

    /// <summary>Adds a worker with settings from the section <c>Flow:Worker</c> and the transport from <c>Flow:Transport</c>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="configure">Adds the handlers.</param>
    /// <exception cref="ArgumentException">A handler is not valid; says which and why.</exception>
    public static TBuilder AddFlowWorker<TBuilder>(this TBuilder builder, Action<FlowWorkerBuilder> configure)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddFlowWorker(builder.Configuration, configure);
        return builder;
    }

    /// <summary>Adds a worker with settings from the section <c>Flow:Worker</c> and the transport from <c>Flow:Transport</c>. May be called again to add handlers.</summary>
    /// <param name="services">The services of the process.</param>
    /// <param name="configuration">The configuration of the process.</param>
    /// <param name="configure">Adds the handlers.</param>
    /// <exception cref="ArgumentException">A handler is not valid; says which and why.</exception>
    public static IServiceCollection AddFlowWorker(this IServiceCollection services, IConfiguration configuration, Action<FlowWorkerBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.FirstOrDefault(s => s.ServiceType == typeof(FlowWorkerBuilder))?.ImplementationInstance is FlowWorkerBuilder present)
        {
            configure(present);
            return services;
        }

        var worker = new FlowWorkerBuilder(services, configuration.GetSection(FlowWorkerOptions.Section));
        configure(worker);
        services.AddSingleton(worker);
        // The limit of the payloads of the whole Flow, where the process has it among its settings; the worker's own wins.
        services.AddOptions<FlowWorkerOptions>()
            .Configure(options => options.MaxOutputBytes = configuration.GetValue("Flow:MaxPayloadBytes", options.MaxOutputBytes))
            .Bind(configuration.GetSection(FlowWorkerOptions.Section))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<FlowWorkerOptions>, FlowWorkerOptionsValidation>());
        services.AddOptions<HostOptions>().PostConfigure<IOptions<FlowWorkerOptions>>((host, options) =>
        {
            var needed = TimeSpan.FromSeconds(options.Value.ShutdownTimeoutSeconds + StopMarginSeconds);
            if (host.ShutdownTimeout < needed)
                host.ShutdownTimeout = needed;
        });
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<WorkerIdentity>();
        services.AddSingleton<PermitClient>().AddSingleton<PermitRequest>(provider => provider.GetRequiredService<PermitClient>().ReserveAsync);
        services.AddSingleton<PolicyBook>().AddSingleton<HandlerGates>().AddSingleton<Admission>().AddSingleton<Retries>();
        services.AddSingleton(provider => new ServedQueues(provider.GetRequiredService<HandlerCatalog>().Queues));
        services.AddSingleton<HandlerCatalog>().AddSingleton<FlightBoard>().AddSingleton<FailureReport>().AddSingleton<HandlerRunner>().AddSingleton<WorkerTelemetry>();
        services.AddSingleton<PayloadClient>().AddSingleton<Answers>().AddSingleton<JournalReader>().AddSingleton<WorkItemErrorFilter>().AddSingleton<NodeWorkItemConsumer>().AddSingleton<RunNewsConsumer>().AddSingleton<PausedQueues>().AddSingleton<AttemptCheck>();
        services.AddSingleton(provider => NewPlaces(provider.GetRequiredService<IOptions<FlowWorkerOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Leases>().AddSingleton<QueueGate>();
        services.AddSingleton<HeartbeatLoop>().AddHostedService<WorkerHost>();
        if (!services.Any(s => s.ServiceType == typeof(IBusControl)))
            services.AddFlowBus(configuration, _ => { });
        return services;
    }

    private static Places NewPlaces(FlowWorkerOptions options, TimeProvider time) => new(options.Concurrency, options.Lanes, time);
}
