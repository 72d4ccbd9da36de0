using Microsoft.EntityFrameworkCore;

namespace MassTransit;

/// <summary>Settings of a saga repository kept in a DbContext. The surface follows MassTransit.EntityFrameworkCore.</summary>
/// <typeparam name="TSaga">The saga, an entity of the context with CorrelationId as its key.</typeparam>
public interface IEntityFrameworkSagaRepositoryConfigurator<TSaga>
    where TSaga : class, ISaga
{
    /// <summary>
    /// <see cref="ConcurrencyMode.Pessimistic"/> (default) locks the row for the length of the transition; <see cref="ConcurrencyMode.Optimistic"/> relies on a
    /// concurrency token of the entity, and a lost race ends in the bus's retry.
    /// </summary>
    ConcurrencyMode ConcurrencyMode { get; set; }

    /// <summary>Uses a DbContext that the service collection holds; the outbox of the same context shares its transaction.</summary>
    void ExistingDbContext<TContext>()
        where TContext : DbContext;

    /// <summary>Adds to the query that loads a saga, say an Include.</summary>
    void CustomizeQuery(Func<IQueryable<TSaga>, IQueryable<TSaga>> customization);

    /// <summary>States that the context is on PostgreSQL. Another provider stops the first message with a clear error.</summary>
    void UsePostgres();

    /// <summary>States that the context is on SQLite. Another provider stops the first message with a clear error.</summary>
    void UseSqlite();
}
