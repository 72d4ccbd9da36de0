using Flow.Transports.DeadLetters;
using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Queues;

/// <summary>A transport over an <see cref="IQueueProvider"/>.</summary>
internal abstract class QueueSetup : TransportSetup
{
    /// <summary>How long a message is held before the lease is renewed or ends; null: a minute.</summary>
    protected virtual TimeSpan? Lease => null;

    /// <summary>Names topics; null: the engine.</summary>
    protected virtual IMessageTopologyConfigurator? Topology => null;

    /// <summary>The name that the provider lists a queue by, where queues of other systems lie beside Flow's; null: there are none.</summary>
    protected virtual Func<string, string>? ListedAs => null;

    public override void AddBus(IBusRegistrationConfigurator bus, int maxMessageBytes)
    {
        bus.AddSingleton(Probe);
        bus.AddSingleton(_ => OpenQueues());
        bus.AddSqlMessageScheduler();
        bus.SetBusFactory(new QueueBusFactory(context => Open(context, maxMessageBytes), (context, cfg) => Configure(context, cfg, maxMessageBytes), Lease, Topology));
    }

    public override void AddDeadLetterQueues(IServiceCollection services, int maxMessageBytes) =>
        services.AddSingleton<IDeadLetterQueues>(provider => new QueueDeadLetters(() => Open(provider, maxMessageBytes), ListedAs));

    /// <summary>What this transport's buses do beyond what every bus of Flow does.</summary>
    protected virtual void Configure(ISqlBusFactoryConfigurator bus)
    {
    }

    protected abstract QueueProviderUse Open(IServiceProvider services, int maxMessageBytes);

    protected abstract IBrokerQueues OpenQueues();

    protected abstract BrokerProbe Probe(IServiceProvider services);

    private void Configure(IBusRegistrationContext context, ISqlBusFactoryConfigurator bus, int maxMessageBytes)
    {
        Configure(bus);
        BusRules.Apply(context, bus, maxMessageBytes);
    }
}
