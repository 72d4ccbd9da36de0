using Flow.Transports.Checks;
using Flow.Transports.Queues;
using MassTransit.Configuration;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.AmazonSqs;

/// <summary>Amazon SQS as a transport.</summary>
internal sealed class AmazonSqsSetup(AmazonSqsSettings settings) : QueueSetup
{
    protected override TimeSpan? Lease => TimeSpan.FromSeconds(settings.VisibilityTimeoutSeconds);

    protected override IMessageTopologyConfigurator Topology { get; } = AmazonSqsNames.CreateMessageTopology();

    public override ITransportChecks Checks(TimeSpan longestDelivery) => new ProbeChecks($"Amazon SQS in {settings.Region}", new BrokerProbe(settings.CheckAsync));

    protected override QueueProviderUse Open(IServiceProvider services, int maxMessageBytes) => SqsQueueProvider.Open(settings, services.GetRequiredService<TimeProvider>(), maxMessageBytes);

    protected override IBrokerQueues OpenQueues() => new SqsQueues(settings);

    protected override BrokerProbe Probe(IServiceProvider services) => new(new SqsProbe(settings, services.GetRequiredService<IBusInstance>()).CheckAsync);
}
