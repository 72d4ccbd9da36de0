using Flow.Transports.AmazonSqs;
using Flow.Transports.Checks;
using Flow.Transports.InMemory;
using Flow.Transports.Postgres;
using Flow.Transports.RabbitMq;
using Flow.Transports.Redis;
using Flow.Transports.Sqlite;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports;

/// <summary>A transport with its settings: all that a process needs of it. Each has a class of its own, in its folder.</summary>
internal abstract class TransportSetup
{
    /// <summary>The transport that <c>Flow:Transport</c> names.</summary>
    /// <exception cref="InvalidOperationException">A setting is missing or wrong; names the setting, its value and the right ones.</exception>
    public static TransportSetup Read(IConfiguration configuration) => FlowTransportSetting.Read(configuration) switch
    {
        FlowTransport.RabbitMq => new RabbitMqSetup(RabbitMqSettings.Read(configuration)),
        FlowTransport.Postgres => new PostgresSetup(PostgresQueueSettings.Read(configuration)),
        FlowTransport.AmazonSqs => new AmazonSqsSetup(AmazonSqsSettings.Read(configuration)),
        FlowTransport.Redis => new RedisSetup(RedisSettings.Read(configuration)),
        FlowTransport.Sqlite => new SqliteSetup(FlowTransportSetting.ReadSqlitePath(configuration)),
        _ => new InMemorySetup(),
    };

    /// <summary>Has the bus use it, and adds its <see cref="BrokerProbe"/> and <see cref="IBrokerQueues"/>.</summary>
    public abstract void AddBus(IBusRegistrationConfigurator bus, int maxMessageBytes);

    /// <summary>Adds its <see cref="DeadLetters.IDeadLetterQueues"/>.</summary>
    public abstract void AddDeadLetterQueues(IServiceCollection services, int maxMessageBytes);

    /// <summary>Looks whether it will carry Flow's messages.</summary>
    /// <param name="longestDelivery">How long a worker may hold a message without acknowledging it.</param>
    public abstract ITransportChecks Checks(TimeSpan longestDelivery);
}
