using Flow.Contracts;
using Flow.Transports.Checks;
using Flow.Transports.Queues;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.AmazonSqs;

/// <summary>Amazon SQS as a transport.</summary>
internal sealed class AmazonSqsSetup(AmazonSqsSettings settings) : QueueSetup
{
    private readonly AmazonSqsNames _names = new(settings.NamePrefix);

    protected override TimeSpan? Lease => TimeSpan.FromSeconds(settings.VisibilityTimeoutSeconds);

    protected override IMessageTopologyConfigurator Topology { get; } = AmazonSqsNames.CreateMessageTopology();

    // An account has queues of others, with error queues that are named alike.
    protected override Func<string, string> ListedAs => queue => _names.QueueOf(_names.Queue(queue));

    public override ITransportChecks Checks(TimeSpan longestDelivery) =>
        new ProbeChecks($"Amazon SQS in {settings.Region}", new BrokerProbe(settings.CheckAsync), new Checklist(new SqsPermissionChecks(settings, TimeProvider.System), new SqsQueueChecks(settings)));

    // What a FIFO queue hands out one after another: the items of a run.
    protected override void Configure(ISqlBusFactoryConfigurator bus) => bus.SendTopology.UsePartitionKeyFormatter<NodeWorkItem>(send => send.Message.RunId.ToString());

    protected override QueueProviderUse Open(IServiceProvider services, int maxMessageBytes) => SqsQueueProvider.Open(settings, services.GetRequiredService<TimeProvider>(), maxMessageBytes);

    protected override IBrokerQueues OpenQueues() => new SqsQueues(settings);

    protected override BrokerProbe Probe(IServiceProvider services) => new(new SqsProbe(settings, services.GetRequiredService<IBusInstance>()).CheckAsync);
}
