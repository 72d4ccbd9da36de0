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
    private readonly ISqlBusConfiguration _busConfiguration;
    private readonly Func<IBusRegistrationContext, QueueProviderUse> _open;
    private readonly Action<IBusRegistrationContext, ISqlBusFactoryConfigurator> _configure;
    private readonly TimeSpan? _lease;

    /// <param name="open">Opens the provider.</param>
    /// <param name="configure">Configures the bus.</param>
    /// <param name="lease">How long a message is held before the lease is renewed or ends, where an endpoint does not say; null: the engine's minute.</param>
    /// <param name="topology">Names topics; null: the engine.</param>
    public QueueBusFactory(
        Func<IBusRegistrationContext, QueueProviderUse> open,
        Action<IBusRegistrationContext, ISqlBusFactoryConfigurator> configure,
        TimeSpan? lease = null,
        IMessageTopologyConfigurator? topology = null)
        : this(new QueueBusConfiguration(topology ?? SqlBusFactory.CreateMessageTopology()), open, configure, lease)
    {
    }

    private QueueBusFactory(
        ISqlBusConfiguration busConfiguration,
        Func<IBusRegistrationContext, QueueProviderUse> open,
        Action<IBusRegistrationContext, ISqlBusFactoryConfigurator> configure,
        TimeSpan? lease)
        : base(busConfiguration.HostConfiguration)
    {
        _busConfiguration = busConfiguration;
        _open = open;
        _configure = configure;
        _lease = lease;
    }

    public override IBusInstance CreateBus(IBusRegistrationContext context, IEnumerable<IBusInstanceSpecification> specifications, string busName)
    {
        var configurator = new SqlBusFactoryConfigurator(_busConfiguration);
        var waits = new ReceiverWaits();
        configurator.Host(new QueueHostSettings(() => _open(context), waits));
        configurator.UseSqlMessageScheduler();
        configurator.ConnectEndpointConfigurationObserver(new EndpointRule(waits, _lease));
        return CreateBus(configurator, context, _configure, specifications);
    }

    private sealed class EndpointRule(ReceiverWaits waits, TimeSpan? lease) : IEndpointConfigurationObserver
    {
        // Receivers are woken when there is something; this is only how long a wait lasts before the queue is looked at anyway.
        private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

        private static readonly TimeSpan UnsetLease = TimeSpan.FromMinutes(1);

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
            if (configurator is not ISqlReceiveEndpointConfiguration { Settings: { } settings })
                return;
            waits.Serve(settings.QueueName);
            if (lease is { } duration && settings.LockDuration == UnsetLease)
                endpoint.LockDuration = duration;
        }
    }
}
