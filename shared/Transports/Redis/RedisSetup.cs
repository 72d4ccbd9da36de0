using Flow.Transports.Checks;
using Flow.Transports.Queues;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flow.Transports.Redis;

/// <summary>Redis as a transport.</summary>
internal sealed class RedisSetup(RedisSettings settings) : QueueSetup
{
    public override ITransportChecks Checks(TimeSpan longestDelivery) => new ProbeChecks(settings.Name, new BrokerProbe(settings.CheckAsync), new RedisChecks(settings));

    protected override QueueProviderUse Open(IServiceProvider services, int maxMessageBytes) =>
        RedisQueueProvider.Open(settings, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<RedisQueueProvider>>());

    protected override IBrokerQueues OpenQueues() => new RedisQueues(settings);

    protected override BrokerProbe Probe(IServiceProvider services) => new(settings.CheckAsync);
}
