using Flow.Sqlite;
using Flow.Transports.AmazonSqs;
using Flow.Transports.DeadLetters;
using Flow.Transports.Messages;
using Flow.Transports.Postgres;
using Flow.Transports.Queues;
using Flow.Transports.RabbitMq;
using Flow.Transports.Redis;
using Flow.Transports.Sqlite;
using MassTransit;
using MassTransit.Transports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

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
        var transport = FlowTransportSetting.Read(configuration);
        var maxMessageBytes = MessageSizeLimit.Read(configuration, transport);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new MessageLimit(maxMessageBytes));
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetKebabCaseEndpointNameFormatter();
            configure(bus);
            UseTransport(bus, transport, configuration, maxMessageBytes);
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
        switch (FlowTransportSetting.Read(configuration))
        {
            case FlowTransport.Sqlite:
                var file = SqliteFile.For(FlowTransportSetting.ReadSqlitePath(configuration));
                return services.AddSingleton<IDeadLetterQueues>(provider => new QueueDeadLetters(() => SqliteQueueProvider.Acquire(file, provider.GetRequiredService<TimeProvider>())));
            case FlowTransport.Postgres:
                var database = PostgresQueueSettings.Read(configuration);
                return services.AddSingleton<IDeadLetterQueues>(provider => new QueueDeadLetters(() => Open(database, provider)));
            case FlowTransport.RabbitMq:
                var settings = RabbitMqSettings.Read(configuration);
                return services.AddSingleton<IDeadLetterQueues>(provider => new RabbitMqDeadLetters(settings, provider.GetRequiredService<ILogger<RabbitMqDeadLetters>>()));
            case FlowTransport.Redis:
                var redis = RedisSettings.Read(configuration);
                return services.AddSingleton<IDeadLetterQueues>(provider => new QueueDeadLetters(() => RedisQueueProvider.Open(
                    redis, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RedisQueueProvider>>())));
            case FlowTransport.AmazonSqs:
                var sqs = AmazonSqsSettings.Read(configuration);
                var maxMessageBytes = MessageSizeLimit.Read(configuration, FlowTransport.AmazonSqs);
                return services.AddSingleton<IDeadLetterQueues>(
                    provider => new QueueDeadLetters(() => SqsQueueProvider.Open(sqs, provider.GetRequiredService<TimeProvider>(), maxMessageBytes)));
            default:
                return services.AddSingleton<IDeadLetterQueues, NoDeadLetterQueues>();
        }
    }

    private static QueueProviderUse Open(PostgresQueueSettings database, IServiceProvider provider) =>
        PostgresQueueProvider.Acquire(database, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PostgresQueueProvider>>());

    private static void UseTransport(IBusRegistrationConfigurator bus, FlowTransport transport, IConfiguration configuration, int maxMessageBytes)
    {
        switch (transport)
        {
            case FlowTransport.Sqlite:
                var file = SqliteFile.For(FlowTransportSetting.ReadSqlitePath(configuration));
                bus.AddSingleton(BrokerProbe.None);
                bus.AddSingleton<IBrokerQueues>(new SqliteQueues(file));
                bus.AddSqlMessageScheduler();
                bus.SetBusFactory(new QueueBusFactory(
                    context => SqliteQueueProvider.Acquire(file, context.GetRequiredService<TimeProvider>()),
                    (context, cfg) => BusRules.Apply(context, cfg, maxMessageBytes)));
                break;
            case FlowTransport.Postgres:
                var database = PostgresQueueSettings.Read(configuration);
                bus.AddSingleton(new BrokerProbe(database.CheckAsync));
                bus.AddSingleton<IBrokerQueues>(new PostgresQueues(database));
                bus.AddSqlMessageScheduler();
                bus.SetBusFactory(new QueueBusFactory(
                    context => Open(database, context), (context, cfg) => BusRules.Apply(context, cfg, maxMessageBytes), PostgresQueueProvider.HoldTime));
                break;
            case FlowTransport.RabbitMq:
                var settings = RabbitMqSettings.Read(configuration);
                bus.AddSingleton(new BrokerProbe(settings.CheckAsync));
                bus.AddSingleton<IBrokerQueues>(new RabbitMqQueues(settings));
                var used = new UsedTopology();
                bus.AddSingleton(used).AddSingleton(settings);
                if (settings.Topology == RabbitMqTopologyMode.Verify)
                    bus.AddSingleton<IBusPrerequisite, TopologyPrerequisite>();
                bus.SetBusFactory(new QuorumBusFactory(settings, used, (context, cfg) => BusRules.Apply(context, cfg, maxMessageBytes)));
                break;
            case FlowTransport.Redis:
                var redis = RedisSettings.Read(configuration);
                bus.AddSingleton(new BrokerProbe(redis.CheckAsync));
                bus.AddSingleton<IBrokerQueues>(_ => new RedisQueues(redis));
                bus.AddSqlMessageScheduler();
                bus.SetBusFactory(new QueueBusFactory(
                    context => RedisQueueProvider.Open(redis, context.GetRequiredService<TimeProvider>(), context.GetRequiredService<ILogger<RedisQueueProvider>>()),
                    (context, cfg) => BusRules.Apply(context, cfg, maxMessageBytes)));
                break;
            case FlowTransport.AmazonSqs:
                var sqs = AmazonSqsSettings.Read(configuration);
                bus.AddSingleton(provider => new BrokerProbe(new SqsProbe(sqs, provider.GetRequiredService<IBusInstance>()).CheckAsync));
                bus.AddSingleton<IBrokerQueues>(_ => new SqsQueues(sqs));
                bus.AddSqlMessageScheduler();
                bus.SetBusFactory(new QueueBusFactory(
                    context => SqsQueueProvider.Open(sqs, context.GetRequiredService<TimeProvider>(), maxMessageBytes),
                    (context, cfg) => BusRules.Apply(context, cfg, maxMessageBytes),
                    TimeSpan.FromSeconds(sqs.VisibilityTimeoutSeconds),
                    AmazonSqsNames.CreateMessageTopology()));
                break;
            default:
                bus.AddSingleton(BrokerProbe.None);
                bus.AddSingleton<IBrokerQueues>(new UnseenQueues());
                bus.AddDelayedMessageScheduler();
                bus.UsingInMemory((context, cfg) =>
                {
                    cfg.UseDelayedMessageScheduler();
                    BusRules.Apply(context, cfg, maxMessageBytes);
                });
                break;
        }
    }
}
