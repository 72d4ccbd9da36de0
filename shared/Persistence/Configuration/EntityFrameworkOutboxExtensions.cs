using Flow.Persistence;
using MassTransit.Configuration;
using Microsoft.EntityFrameworkCore;

namespace MassTransit;

/// <summary>Adds the outbox to a bus and uses it on its endpoints.</summary>
public static class EntityFrameworkOutboxExtensions
{
    /// <summary>
    /// Adds inbox and outbox tables of <typeparamref name="TDbContext"/> to the bus. The model must contain them
    /// (<see cref="OutboxModel.AddInboxStateEntity"/>, <see cref="OutboxModel.AddOutboxMessageEntity"/>) and the context must be registered.
    /// </summary>
    public static void AddEntityFrameworkOutbox<TDbContext>(this IBusRegistrationConfigurator configurator, Action<IEntityFrameworkOutboxConfigurator>? configure = null)
        where TDbContext : DbContext
    {
        var outbox = new OutboxConfigurator<TDbContext>(configurator);
        configure?.Invoke(outbox);
        outbox.Register();
    }

    /// <summary>
    /// Gives every consumer and saga of the endpoint one transaction per message: inbox row, saga row, rows of the consumer and outgoing messages commit
    /// together or not at all; a duplicate
    /// is acknowledged without being consumed; messages leave after the commit, at least once. Configure message retry before this.
    /// </summary>
    public static void UseEntityFrameworkOutbox<TDbContext>(this IReceiveEndpointConfigurator configurator, IRegistrationContext context)
        where TDbContext : DbContext
    {
        configurator.ConnectConsumerConfigurationObserver(new OutboxConsumePipeSpecificationObserver<TDbContext>(configurator, context));
        configurator.ConnectSagaConfigurationObserver(new SagaPipeObserver<TDbContext>(configurator, context));
    }

    /// <summary>States that the context is on PostgreSQL; another provider is refused when the first message arrives.</summary>
    public static IEntityFrameworkOutboxConfigurator UsePostgres(this IEntityFrameworkOutboxConfigurator configurator)
    {
        configurator.Database = DatabaseKind.Postgres;
        return configurator;
    }

    /// <summary>States that the context is on SQLite; another provider is refused when the first message arrives.</summary>
    public static IEntityFrameworkOutboxConfigurator UseSqlite(this IEntityFrameworkOutboxConfigurator configurator)
    {
        configurator.Database = DatabaseKind.Sqlite;
        return configurator;
    }
}
