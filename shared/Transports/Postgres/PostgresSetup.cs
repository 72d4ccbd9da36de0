using Flow.Transports.Checks;
using Flow.Transports.Queues;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flow.Transports.Postgres;

/// <summary>PostgreSQL as a transport.</summary>
internal sealed class PostgresSetup(PostgresQueueSettings settings) : QueueSetup
{
    protected override TimeSpan? Lease => PostgresQueueProvider.HoldTime;

    public override ITransportChecks Checks(TimeSpan longestDelivery) => new ProbeChecks($"{settings.Place} schema '{settings.Schema}',", new BrokerProbe(settings.CheckAsync), new PostgresChecks(settings));

    protected override QueueProviderUse Open(IServiceProvider services, int maxMessageBytes) =>
        PostgresQueueProvider.Acquire(settings, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<PostgresQueueProvider>>());

    protected override IBrokerQueues OpenQueues() => new PostgresQueues(settings);

    protected override BrokerProbe Probe(IServiceProvider services) => new(settings.CheckAsync);
}
