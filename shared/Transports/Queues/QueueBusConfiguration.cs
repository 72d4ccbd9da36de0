using MassTransit;
using MassTransit.Configuration;
using MassTransit.SqlTransport.Configuration;

namespace Flow.Transports.Queues;

/// <summary>The engine's configuration of a bus, but that a server that is away is looked for every few seconds, however long it is away.</summary>
internal sealed class QueueBusConfiguration : SqlBusConfiguration, ISqlBusConfiguration
{
    private readonly Host _host;

    /// <param name="messages">Names the topics of messages.</param>
    public QueueBusConfiguration(IMessageTopologyConfigurator messages)
        : this(new SqlTopologyConfiguration(messages))
    {
    }

    private QueueBusConfiguration(ISqlTopologyConfiguration topology)
        : base(topology) => _host = new Host(this, topology);

    ISqlHostConfiguration ISqlBusConfiguration.HostConfiguration => _host;

    IHostConfiguration IBusConfiguration.HostConfiguration => _host;

    ConnectHandle IEndpointConfigurationObserverConnector.ConnectEndpointConfigurationObserver(IEndpointConfigurationObserver observer) =>
        _host.ConnectEndpointConfigurationObserver(observer);

    private sealed class Host : SqlHostConfiguration
    {
        private const int Attempts = 10_000;

        private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

        public Host(ISqlBusConfiguration bus, ISqlTopologyConfiguration topology)
            : base(bus, topology) => ReceiveTransportRetryPolicy = Retry.CreatePolicy(retry =>
        {
            retry.Handle<Exception>(base.ReceiveTransportRetryPolicy.IsHandled);
            retry.Exponential(Attempts, FirstPause, LongestPause, FirstPause);
        });

        public override IRetryPolicy ReceiveTransportRetryPolicy { get; }
    }
}
