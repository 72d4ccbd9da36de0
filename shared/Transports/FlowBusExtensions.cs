using Flow.Transports.DeadLetters;
using Flow.Transports.Messages;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Flow.Transports;

/// <summary>Puts the bus of a Flow process on the transport that the setting <c>Flow:Transport</c> names.</summary>
public static class FlowBusExtensions
{
    /// <summary>
    /// Adds MassTransit on the configured transport and configures the endpoints of every registered consumer and saga. On every transport alike:
    /// compact JSON in MassTransit's envelope; a size limit on what is sent (<see cref="MessageTooLargeException"/>); outages of database or broker are
    /// waited out (<see cref="InfrastructureFault"/>), any other exception is tried three times more and then moves the message to <c>&lt;queue&gt;_error</c>;
    /// the topics of all of <c>Flow.Contracts</c> exist before the first publish. A broker that is down at start does not stop the process: the
    /// health check stays not ready, an error that names host and port is logged at intervals, and the bus connects when the broker comes.
    /// </summary>
    /// <param name="services">The services of the process.</param>
    /// <param name="configuration">
    /// Read: <c>Flow:Transport</c> (default Sqlite when <c>ConnectionStrings:Flow</c> has a Data Source, else RabbitMq), <c>Flow:MaxMessageBytes</c>,
    /// <c>ConnectionStrings:Flow</c> for SQLite, <c>ConnectionStrings:RabbitMq</c> or <c>Flow:RabbitMq</c> for RabbitMQ, <c>ConnectionStrings:Queue</c> (else <c>ConnectionStrings:Flow</c>)
    /// and <c>Flow:Postgres:Schema</c> for PostgreSQL, <c>ConnectionStrings:Redis</c> and <c>Flow:Redis</c> for Redis, <c>Flow:AmazonSqs</c> for Amazon SQS.
    /// </param>
    /// <param name="configure">
    /// Registers consumers, sagas and endpoint callbacks; does not choose a transport. Send commands and work items to <c>queue:</c> addresses: the queue
    /// is then created as its consumer will declare it. What is published before a subscriber's queue exists is not kept for it.
    /// </param>
    /// <exception cref="InvalidOperationException">A setting is missing or wrong; names the setting, its value and the right ones.</exception>
    public static IServiceCollection AddFlowBus(this IServiceCollection services, IConfiguration configuration, Action<IBusRegistrationConfigurator> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(configure);
        var transport = TransportSetup.Read(configuration);
        var maxMessageBytes = MessageSizeLimit.Read(configuration);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new MessageLimit(maxMessageBytes));
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetKebabCaseEndpointNameFormatter();
            configure(bus);
            transport.AddBus(bus, maxMessageBytes);
        });
        services.Configure<MassTransitHostOptions>(options =>
        {
            options.StartTimeout ??= TimeSpan.FromSeconds(15);
            options.StopTimeout ??= TimeSpan.FromSeconds(30);
        });
        // MassTransit's own service either does not wait for the bus, or fails the process when the broker is down.
        services.RemoveMassTransitHostedService();
        services.AddSingleton<IHostedService, BusStartup>();
        return services;
    }

    /// <summary>Adds <see cref="IDeadLetterQueues"/> on the configured transport.</summary>
    /// <param name="services">The services of the process.</param>
    /// <param name="configuration">As for <see cref="AddFlowBus"/>.</param>
    /// <exception cref="InvalidOperationException">A setting is missing or wrong.</exception>
    public static IServiceCollection AddDeadLetterQueues(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        TransportSetup.Read(configuration).AddDeadLetterQueues(services, MessageSizeLimit.Read(configuration));
        return services;
    }
}
