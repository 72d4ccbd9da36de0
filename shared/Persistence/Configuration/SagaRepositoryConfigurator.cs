using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Flow.Persistence;

internal sealed class SagaRepositoryConfigurator<TSaga> : IEntityFrameworkSagaRepositoryConfigurator<TSaga>
    where TSaga : class, ISaga
{
    private Func<IServiceProvider, DbContext>? _context;
    private Func<IQueryable<TSaga>, IQueryable<TSaga>>? _customization;
    private DatabaseKind? _database;

    public ConcurrencyMode ConcurrencyMode { get; set; } = ConcurrencyMode.Pessimistic;

    public void ExistingDbContext<TContext>()
        where TContext : DbContext => _context = provider => provider.GetRequiredService<TContext>();

    public void CustomizeQuery(Func<IQueryable<TSaga>, IQueryable<TSaga>> customization) => _customization = customization;

    public void UsePostgres() => _database = DatabaseKind.Postgres;

    public void UseSqlite() => _database = DatabaseKind.Sqlite;

    public void Register(ISagaRepositoryRegistrationConfigurator<TSaga> services)
    {
        var context = _context ?? throw new ConfigurationException(
            $"The repository of {typeof(TSaga).Name} has no context. Write .EntityFrameworkRepository(r => r.ExistingDbContext<YourContext>()).");

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SagaTurns>();
        services.TryAddSingleton(new SagaTable<TSaga>(_database, ConcurrencyMode, _customization));
        services.TryAddScoped(provider => new SagaContext<TSaga>(context(provider)));
        services.RegisterLoadSagaRepository<TSaga, SagaRepositoryContextFactory<TSaga>>();
        services.RegisterQuerySagaRepository<TSaga, SagaRepositoryContextFactory<TSaga>>();
        services.RegisterSagaRepository<TSaga, DbContext, SagaConsumeContextFactory<DbContext, TSaga>, SagaRepositoryContextFactory<TSaga>>();
    }
}
