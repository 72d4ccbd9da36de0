using Flow.Contracts;
using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.RabbitMqTransport.Topology;

namespace Flow.Transports.RabbitMq;

/// <summary>What the bus of a process declares or would declare, as its own configuration says it; no second list beside that.</summary>
internal sealed class UsedTopology : IEndpointConfigurationObserver
{
    private readonly List<RabbitMqReceiveEndpointConfiguration> _endpoints = [];
    private IRabbitMqBusConfiguration? _bus;

    public void EndpointConfigured<T>(T configurator)
        where T : IReceiveEndpointConfigurator
    {
        // Those that are connected later are on work queues, or temporary.
        if (_bus is null && configurator is RabbitMqReceiveEndpointConfiguration { Settings: { Durable: true, AutoDelete: false } } endpoint)
            _endpoints.Add(endpoint);
    }

    /// <summary>The bus is made: its endpoints know what they subscribe to.</summary>
    public void Complete(IRabbitMqBusConfiguration bus) => _bus = bus;

    /// <summary>What the bus uses, and whoever serves the given work queues.</summary>
    public RabbitMqTopology With(IEnumerable<string> workQueues)
    {
        var bus = _bus ?? throw new InvalidOperationException("The bus is not made yet.");
        var topology = new RabbitMqTopology();
        topology.Add(bus.HostConfiguration.Topology.PublishTopology.GetPublishBrokerTopology());
        foreach (var endpoint in _endpoints.Concat(workQueues.SelectMany(QueueNames.LanesOf).Select(lane => LaneEndpoint(bus, lane))))
            Add(topology, endpoint);
        return topology;
    }

    /// <summary>The endpoint of whoever serves a lane, as it is when it is connected.</summary>
    private static RabbitMqReceiveEndpointConfiguration LaneEndpoint(IRabbitMqBusConfiguration bus, string lane)
    {
        var configuration = bus.CreateEndpointConfiguration();
        var settings = new RabbitMqReceiveSettings(configuration, lane, bus.Topology.Consume.ExchangeTypeSelector.DefaultExchangeType, durable: true, autoDelete: false);
        var endpoint = new RabbitMqReceiveEndpointConfiguration(bus.HostConfiguration, settings, configuration);
        endpoint.AsWorkQueue();
        new QuorumQueues.EndpointRule(RabbitMqTopologyMode.Create).EndpointConfigured(endpoint);
        return endpoint;
    }

    private static void Add(RabbitMqTopology topology, IRabbitMqReceiveEndpointConfiguration endpoint)
    {
        var settings = endpoint.Settings;
        var builder = new ReceiveEndpointBrokerTopologyBuilder();
        builder.Exchange = builder.ExchangeDeclare(settings.ExchangeName ?? settings.QueueName, settings.ExchangeType, settings.Durable, settings.AutoDelete, settings.ExchangeArguments);
        builder.Queue = builder.QueueDeclare(settings.QueueName, settings.Durable, settings.AutoDelete, settings.Exclusive, settings.QueueArguments);
        builder.QueueBind(builder.Exchange, builder.Queue, settings.RoutingKey, settings.BindingArguments);
        endpoint.Topology.Consume.Apply(builder);
        topology.Add(builder.BuildBrokerTopology());
        topology.Add(endpoint.Topology.Send.GetErrorSettings(settings).GetBrokerTopology());
        topology.Add(endpoint.Topology.Send.GetDeadLetterSettings(settings).GetBrokerTopology());
    }
}
