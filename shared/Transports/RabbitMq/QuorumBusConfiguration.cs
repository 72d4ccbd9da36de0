using MassTransit;
using MassTransit.Configuration;
using MassTransit.RabbitMqTransport.Configuration;

namespace Flow.Transports.RabbitMq;

/// <summary>MassTransit's configuration of a bus on <see cref="QuorumTopology"/>, but that a broker that is away is looked for every few seconds, however long it is away.</summary>
internal sealed class QuorumBusConfiguration : RabbitMqBusConfiguration, IRabbitMqBusConfiguration
{
    private readonly Host _host;

    public QuorumBusConfiguration()
        : this(new QuorumTopology())
    {
    }

    private QuorumBusConfiguration(QuorumTopology topology)
        : base(topology) => _host = new Host(this, topology);

    IRabbitMqHostConfiguration IRabbitMqBusConfiguration.HostConfiguration => _host;

    IHostConfiguration IBusConfiguration.HostConfiguration => _host;

    ConnectHandle IEndpointConfigurationObserverConnector.ConnectEndpointConfigurationObserver(IEndpointConfigurationObserver observer) =>
        _host.ConnectEndpointConfigurationObserver(observer);

    private sealed class Host : RabbitMqHostConfiguration
    {
        private const int Attempts = 10_000;

        private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

        public Host(IRabbitMqBusConfiguration bus, IRabbitMqTopologyConfiguration topology)
            : base(bus, topology) => ReceiveTransportRetryPolicy = Retry.CreatePolicy(retry =>
        {
            // What is an outage MassTransit knows; its own pauses grow to half a minute.
            retry.Handle<Exception>(base.ReceiveTransportRetryPolicy.IsHandled);
            retry.Exponential(Attempts, FirstPause, LongestPause, FirstPause);
        });

        public override IRetryPolicy ReceiveTransportRetryPolicy { get; }
    }
}
