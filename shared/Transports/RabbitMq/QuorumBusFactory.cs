using MassTransit;
using MassTransit.Configuration;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Transports;

namespace Flow.Transports.RabbitMq;

/// <summary>Makes the bus on RabbitMQ as MassTransit does, on <see cref="QuorumTopology"/>.</summary>
internal sealed class QuorumBusFactory : TransportRegistrationBusFactory<IRabbitMqReceiveEndpointConfigurator>
{
    /// <summary>
    /// How long a consumer that lost its channel waits for its handlers, which are asked to stop, before it consumes on a new one. Until then the endpoint counts as well; so it is shorter than the half minute in which a dead consumer
    /// is to be seen. (An orderly stop has a limit of its own.)
    /// </summary>
    private static readonly TimeSpan LostConsumerPatience = TimeSpan.FromSeconds(10);

    private readonly IRabbitMqBusConfiguration _busConfiguration;
    private readonly RabbitMqSettings _settings;
    private readonly UsedTopology _used;
    private readonly Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> _configure;

    /// <param name="settings">Where the broker is.</param>
    /// <param name="used">Is told what the bus uses.</param>
    /// <param name="configure">The rules of the bus.</param>
    public QuorumBusFactory(RabbitMqSettings settings, UsedTopology used, Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> configure)
        : this(new QuorumBusConfiguration(settings.Topology), settings, used, configure)
    {
    }

    private QuorumBusFactory(
        IRabbitMqBusConfiguration busConfiguration, RabbitMqSettings settings, UsedTopology used, Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> configure)
        : base(busConfiguration.HostConfiguration)
    {
        _busConfiguration = busConfiguration;
        _settings = settings;
        _used = used;
        _configure = configure;
    }

    public override IBusInstance CreateBus(IBusRegistrationContext context, IEnumerable<IBusInstanceSpecification> specifications, string busName)
    {
        var configurator = new RabbitMqBusFactoryConfigurator(_busConfiguration);
        configurator.Host(_settings.Host, (ushort)_settings.EffectivePort, _settings.VirtualHost, host =>
        {
            host.Username(_settings.Username);
            host.Password(_settings.Password);
            host.PublisherConfirmation = true;
            host.OnRefreshConnectionFactory = factory =>
            {
                factory.Ssl = _settings.Tls.Option();
                return Task.CompletedTask;
            };
        });
        configurator.ConnectEndpointConfigurationObserver(new QuorumQueues.EndpointRule(_settings.Topology));
        configurator.ConnectEndpointConfigurationObserver(_used);
        configurator.ConfigureSend(send => send.UseExecute(DemandQueue));
        var bus = CreateBus(configurator, context, _configure, specifications);
        _busConfiguration.HostConfiguration.StopTimeout = LostConsumerPatience;
        _used.Complete(_busConfiguration);
        return bus;
    }

    /// <summary>
    /// The broker confirms what an exchange leads nowhere, unless it is mandatory. A message to a queue is: it comes back when somebody deleted the queue or is just declaring it, and is sent again once both are declared anew.
    /// </summary>
    private static void DemandQueue(SendContext context)
    {
        if (context is RabbitMqSendContext message && context.DestinationAddress is { } address && new RabbitMqEndpointAddress(address, address).BindToQueue)
            message.Mandatory = true;
    }
}
