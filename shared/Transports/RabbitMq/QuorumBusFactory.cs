using MassTransit;
using MassTransit.Configuration;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Transports;

namespace Flow.Transports.RabbitMq;

/// <summary>Makes the bus on RabbitMQ as MassTransit does, on <see cref="QuorumTopology"/>.</summary>
internal sealed class QuorumBusFactory : TransportRegistrationBusFactory<IRabbitMqReceiveEndpointConfigurator>
{
    private readonly IRabbitMqBusConfiguration _busConfiguration;
    private readonly RabbitMqSettings _settings;
    private readonly Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> _configure;

    public QuorumBusFactory(RabbitMqSettings settings, Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> configure)
        : this(new QuorumBusConfiguration(), settings, configure)
    {
    }

    private QuorumBusFactory(
        IRabbitMqBusConfiguration busConfiguration, RabbitMqSettings settings, Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> configure)
        : base(busConfiguration.HostConfiguration)
    {
        _busConfiguration = busConfiguration;
        _settings = settings;
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
            if (_settings.UseTls)
                host.UseSsl(ssl => ssl.ServerName = _settings.Host);
        });
        configurator.ConnectEndpointConfigurationObserver(new QuorumQueues.EndpointRule());
        return CreateBus(configurator, context, _configure, specifications);
    }
}
