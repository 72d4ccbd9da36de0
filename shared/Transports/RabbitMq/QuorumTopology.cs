using Flow.Contracts;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.RabbitMqTransport.Topology;

namespace Flow.Transports.RabbitMq;

/// <summary>
/// MassTransit's topology, but that sending to a <c>queue:</c> address declares the queue with the arguments its receive endpoint declares. Upstream
/// declares a classic queue there: the sender, or the receiver that comes later, would be refused.
/// </summary>
internal sealed class QuorumTopology : IRabbitMqTopologyConfiguration
{
    private readonly RabbitMqPublishTopology _publish;
    private readonly QuorumSendTopology _send = new();
    private readonly RabbitMqConsumeTopology _consume;

    public QuorumTopology()
    {
        _send.ConnectSendTopologyConfigurationObserver(new DelegateSendTopologyConfigurationObserver(GlobalTopology.Send));
        _send.TryAddConvention(new RoutingKeySendTopologyConvention());
        _publish = new RabbitMqPublishTopology(Message);
        _publish.ConnectPublishTopologyConfigurationObserver(new DelegatePublishTopologyConfigurationObserver(GlobalTopology.Publish));
        _publish.ConnectPublishTopologyConfigurationObserver(new PublishToSendTopologyConfigurationObserver(_send));
        _consume = new RabbitMqConsumeTopology(Message, _publish);
    }

    public IMessageTopologyConfigurator Message { get; } = RabbitMqBusFactory.CreateMessageTopology();

    IRabbitMqPublishTopologyConfigurator IRabbitMqTopologyConfiguration.Publish => _publish;

    IRabbitMqSendTopologyConfigurator IRabbitMqTopologyConfiguration.Send => _send;

    IRabbitMqConsumeTopologyConfigurator IRabbitMqTopologyConfiguration.Consume => _consume;

    ISendTopologyConfigurator ITopologyConfiguration.Send => _send;

    IPublishTopologyConfigurator ITopologyConfiguration.Publish => _publish;

    IConsumeTopologyConfigurator ITopologyConfiguration.Consume => _consume;

    public IEnumerable<ValidationResult> Validate() => [.. _send.Validate(), .. _publish.Validate(), .. _consume.Validate()];

    private sealed class QuorumSendTopology : RabbitMqSendTopology, IRabbitMqSendTopologyConfigurator
    {
        public QuorumSendTopology()
            : base(RabbitMqEntityNameValidator.Validator)
        {
            ConfigureErrorSettings = QuorumQueues.RemoveLimit;
            ConfigureDeadLetterSettings = QuorumQueues.RemoveLimit;
        }

        SendSettings IRabbitMqSendTopology.GetSendSettings(RabbitMqEndpointAddress address)
        {
            if (address is not { BindToQueue: true, Durable: true, AutoDelete: false })
                return new RabbitMqSendSettings(address);
            var settings = new QuorumSendSettings(address);
            foreach (var (argument, value) in QuorumQueues.Arguments(settings.Queue))
                settings.SetQueueArgument(argument, value);
            return settings;
        }
    }

    /// <summary>
    /// Declares with a queue its error queue, and with a lane of a work queue the other lanes: no receive endpoint does it where the workers of a queue are all in other languages.
    /// </summary>
    private sealed class QuorumSendSettings(RabbitMqEndpointAddress address) : RabbitMqSendSettings(address), SendSettings
    {
        public string Queue { get; } = address.QueueName ?? address.Name;

        BrokerTopology SendSettings.GetBrokerTopology()
        {
            var builder = new PublishEndpointBrokerTopologyBuilder();
            builder.Exchange = builder.ExchangeDeclare(ExchangeName, ExchangeType, Durable, AutoDelete, ExchangeArguments);
            Bind(builder, builder.Exchange, Queue, QueueArguments);
            if (!QueueArguments.ContainsKey(QuorumQueues.DeadLetterExchange))
                return builder.BuildBrokerTopology();
            Declare(builder, QuorumQueues.ErrorQueue(Queue));
            foreach (var lane in QueueNames.WorkQueueOf(Queue) is { } workQueue ? QueueNames.LanesOf(workQueue).Where(lane => lane != Queue) : [])
            {
                Declare(builder, lane);
                Declare(builder, QuorumQueues.ErrorQueue(lane));
            }

            return builder.BuildBrokerTopology();
        }

        private void Declare(PublishEndpointBrokerTopologyBuilder builder, string queue) => Bind(
            builder,
            builder.ExchangeDeclare(queue, ExchangeType, Durable, AutoDelete, new Dictionary<string, object>(StringComparer.Ordinal)),
            queue,
            QuorumQueues.Arguments(queue).ToDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal));

        private void Bind(PublishEndpointBrokerTopologyBuilder builder, ExchangeHandle exchange, string queue, IDictionary<string, object> arguments) =>
            builder.QueueBind(exchange, builder.QueueDeclare(queue, Durable, AutoDelete, exclusive: false, arguments), "", new Dictionary<string, object>(StringComparer.Ordinal));
    }
}
