using MassTransit;
using MassTransit.Configuration;
using MassTransit.SqlTransport.Configuration;
using MassTransit.Transports;

namespace Flow.Transports.Queues;

/// <summary>
/// Makes a bus of MassTransit's SQL-transport engine over a queue provider. Upstream's own factory makes raw JSON the default serializer, and with that
/// request ids and response addresses are lost to whoever stores only the body; this one leaves the envelope.
/// </summary>
internal sealed class QueueBusFactory : TransportRegistrationBusFactory<ISqlReceiveEndpointConfigurator>
{
    private readonly SqlBusConfiguration _busConfiguration;
    private readonly Func<IBusRegistrationContext, QueueProviderUse> _open;
    private readonly Action<IBusRegistrationContext, ISqlBusFactoryConfigurator> _configure;

    public QueueBusFactory(Func<IBusRegistrationContext, QueueProviderUse> open, Action<IBusRegistrationContext, ISqlBusFactoryConfigurator> configure)
        : this(new SqlBusConfiguration(new SqlTopologyConfiguration(SqlBusFactory.CreateMessageTopology())), open, configure)
    {
    }

    private QueueBusFactory(
        SqlBusConfiguration busConfiguration,
        Func<IBusRegistrationContext, QueueProviderUse> open,
        Action<IBusRegistrationContext, ISqlBusFactoryConfigurator> configure)
        : base(busConfiguration.HostConfiguration)
    {
        _busConfiguration = busConfiguration;
        _open = open;
        _configure = configure;
    }

    public override IBusInstance CreateBus(IBusRegistrationContext context, IEnumerable<IBusInstanceSpecification> specifications, string busName)
    {
        var configurator = new SqlBusFactoryConfigurator(_busConfiguration);
        var waits = new ReceiverWaits();
        configurator.Host(new QueueHostSettings(() => _open(context), waits));
        configurator.UseSqlMessageScheduler();
        configurator.ConnectEndpointConfigurationObserver(new EndpointRule(waits));
        return CreateBus(configurator, context, _configure, specifications);
    }

    private sealed class EndpointRule(ReceiverWaits waits) : IEndpointConfigurationObserver
    {
        // Receivers are woken when there is something; this is only how long a wait lasts before the queue is looked at anyway.
        private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

        // A message whose handling failed outside the retries comes again, but not in a hot loop.
        private static readonly TimeSpan UnlockDelay = TimeSpan.FromSeconds(1);

        public void EndpointConfigured<T>(T configurator)
            where T : IReceiveEndpointConfigurator
        {
            if (configurator is not ISqlReceiveEndpointConfigurator endpoint)
                return;
            endpoint.ConnectReceiveEndpointObserver(waits);
            endpoint.PollingInterval = LongestWait;
            endpoint.UnlockDelay = UnlockDelay;
        }
    }
}
