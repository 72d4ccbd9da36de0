using Flow.Sqlite;
using Flow.Transports.Checks;
using Flow.Transports.Queues;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Sqlite;

/// <summary>A SQLite file as a transport.</summary>
internal sealed class SqliteSetup(string path) : QueueSetup
{
    private readonly SqliteFile _file = SqliteFile.For(path);

    public override ITransportChecks Checks(TimeSpan longestDelivery) => new BrokerlessChecks($"The queues are in the file {path}.");

    protected override QueueProviderUse Open(IServiceProvider services, int maxMessageBytes) => SqliteQueueProvider.Acquire(_file, services.GetRequiredService<TimeProvider>());

    protected override IBrokerQueues OpenQueues() => new SqliteQueues(_file);

    protected override BrokerProbe Probe(IServiceProvider services) => BrokerProbe.None;
}
