using MassTransit;
using MassTransit.Configuration;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Util;

namespace Flow.Transports.RabbitMq;

/// <summary>
/// MassTransit's configuration of a bus on <see cref="QuorumTopology"/>, but that a broker that is away is looked for every few seconds, however long it is away, and that nothing is declared where the settings say so.
/// </summary>
internal sealed class QuorumBusConfiguration : RabbitMqBusConfiguration, IRabbitMqBusConfiguration
{
    private readonly Host _host;

    public QuorumBusConfiguration(RabbitMqTopologyMode mode)
        : this(new QuorumTopology(), mode)
    {
    }

    private QuorumBusConfiguration(QuorumTopology topology, RabbitMqTopologyMode mode)
        : base(topology) => _host = new Host(this, topology, mode);

    IRabbitMqHostConfiguration IRabbitMqBusConfiguration.HostConfiguration => _host;

    IHostConfiguration IBusConfiguration.HostConfiguration => _host;

    ConnectHandle IEndpointConfigurationObserverConnector.ConnectEndpointConfigurationObserver(IEndpointConfigurationObserver observer) =>
        _host.ConnectEndpointConfigurationObserver(observer);

    private sealed class Host : RabbitMqHostConfiguration, IRabbitMqHostConfiguration
    {
        private const int Attempts = 10_000;

        private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

        private readonly Recycle<IConnectionContextSupervisor>? _passive;

        public Host(IRabbitMqBusConfiguration bus, IRabbitMqTopologyConfiguration topology, RabbitMqTopologyMode mode)
            : base(bus, topology)
        {
            ReceiveTransportRetryPolicy = Retry.CreatePolicy(retry =>
            {
                // What is an outage MassTransit knows; its own pauses grow to half a minute.
                retry.Handle<Exception>(base.ReceiveTransportRetryPolicy.IsHandled);
                retry.Exponential(Attempts, FirstPause, LongestPause, FirstPause);
            });
            SendTransportRetryPolicy = Retry.CreatePolicy(retry =>
            {
                // Its queue is declared anew then.
                retry.Handle<Exception>(exception => exception is MessageReturnedException || ReceiveTransportRetryPolicy.IsHandled(exception));
                retry.Exponential(Attempts, FirstPause, LongestPause, FirstPause);
            });
            if (mode == RabbitMqTopologyMode.Verify)
                _passive = new(() => new PassiveTopology(this, topology));
        }

        public override IRetryPolicy ReceiveTransportRetryPolicy { get; }

        public override IRetryPolicy SendTransportRetryPolicy { get; }

        IConnectionContextSupervisor IRabbitMqHostConfiguration.ConnectionContextSupervisor => _passive?.Supervisor ?? ConnectionContextSupervisor;
    }
}
