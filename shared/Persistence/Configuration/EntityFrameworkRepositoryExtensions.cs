using Flow.Persistence;

namespace MassTransit;

/// <summary>Keeps sagas in a DbContext.</summary>
public static class EntityFrameworkRepositoryExtensions
{
    /// <summary>Keeps the saga in a table of a DbContext.</summary>
    /// <exception cref="ConfigurationException">No context was named.</exception>
    public static ISagaRegistrationConfigurator<TSaga> EntityFrameworkRepository<TSaga>(
        this ISagaRegistrationConfigurator<TSaga> configurator, Action<IEntityFrameworkSagaRepositoryConfigurator<TSaga>> configure)
        where TSaga : class, ISaga
    {
        var repository = new SagaRepositoryConfigurator<TSaga>();
        configure(repository);
        return configurator.Repository(repository.Register);
    }
}
