using System.Collections.Concurrent;
using System.Data;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.SqlTransport;
using MassTransit.SqlTransport.Configuration;
using MassTransit.Transports;

namespace Flow.Transports.Queues;

/// <summary>Tells the engine where its connections come from: a queue provider instead of a database.</summary>
internal sealed class QueueHostSettings : ConfigurationSqlHostSettings
{
    private readonly Func<QueueProviderUse> _open;
    private readonly ReceiverWaits _waits;

    public QueueHostSettings(Func<QueueProviderUse> open, ReceiverWaits waits)
    {
        (_open, _waits) = (open, waits);
        Host = "flow";
    }

    public override ConnectionContextFactory CreateConnectionContextFactory(ISqlHostConfiguration configuration) => new Factory(_open, _waits, HostAddress);

    private sealed class Factory(Func<QueueProviderUse> open, ReceiverWaits waits, Uri hostAddress) : ConnectionContextFactory
    {
        protected override ConnectionContext CreateConnection(ITransportSupervisor<ConnectionContext> supervisor) =>
            new QueueConnection(open(), waits, hostAddress, supervisor.Stopped);
    }
}

/// <summary>One bus's use of a queue provider. When it ends, what it received and did not handle is given back.</summary>
internal sealed class QueueConnection(QueueProviderUse use, ReceiverWaits waits, Uri hostAddress, CancellationToken stopped)
    : BasePipeContext(stopped), ConnectionContext, IAsyncDisposable
{
    public IQueueProvider Provider { get; } = use.Provider;

    public ReceiverWaits Waits { get; } = waits;

    public Guid Owner { get; } = Guid.NewGuid();

    /// <summary>The queues that the bus has declared, as it did last, by name.</summary>
    public ConcurrentDictionary<string, QueueSpec> Declared { get; } = new(StringComparer.Ordinal);

    public Uri HostAddress { get; } = hostAddress;

    public string? Schema => null;

    public IsolationLevel IsolationLevel => IsolationLevel.Serializable;

    public ClientContext CreateClientContext(CancellationToken cancellationToken) => new QueueClient(this, cancellationToken);

    public Task DelayUntilMessageReady(long queueId, TimeSpan timeout, CancellationToken cancellationToken) =>
        Waits.WaitAsync(Provider, queueId, timeout, cancellationToken);

    public Task<ISqlTransportConnection> CreateConnection(CancellationToken cancellationToken) => throw NoDatabase();

    public Task<T> Query<T>(Func<IDbConnection, IDbTransaction, Task<T>> callback, CancellationToken cancellationToken) => throw NoDatabase();

    public async ValueTask DisposeAsync()
    {
        await Provider.ReleaseAllAsync(Owner);
        await use.DisposeAsync();
    }

    private static NotSupportedException NoDatabase() => new("A queue provider has no database connection to give; the engine asks for none.");
}
