using System.Diagnostics;
using Flow.Transports.Queues;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Tests;

/// <summary>A queue named q in Redis, of 3 deliveries. Leases and delays go by the server's clock, so they are short.</summary>
public abstract class RedisQueueBed : IAsyncLifetime
{
    private protected static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private protected static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private QueueProviderUse? _use;

    private protected RedisBroker Broker { get; } = new();

    private protected Guid Owner { get; } = Guid.NewGuid();

    private protected long QueueId { get; private set; }

    private protected IQueueProvider Queues => _use!.Provider;

    public async ValueTask InitializeAsync()
    {
        await Broker.StartAsync();
        _use = RedisBroker.Open(Broker.Settings);
        QueueId = await Queues.CreateQueueAsync(new QueueSpec("q", null, DeliveryLimit: 3));
    }

    public async ValueTask DisposeAsync()
    {
        if (_use is not null)
            await _use.DisposeAsync();
        await Broker.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static OutboundMessage Message(byte content) => new() { TransportId = Guid.NewGuid(), Body = [content] };

    private protected static Task PassAsync(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        return Until.TrueAsync(() => clock.Elapsed > time);
    }

    private protected Task<IReadOnlyList<InboundMessage>> ReceiveAsync(TimeSpan? lease = null) => Queues.ReceiveAsync("q", Owner, 10, lease ?? Minute);

    private protected async Task<InboundMessage> ReceiveOneAsync(TimeSpan? lease = null)
    {
        IReadOnlyList<InboundMessage> received = [];
        await Until.TrueAsync(async () => (received = await ReceiveAsync(lease)).Count > 0);
        return received.ShouldHaveSingleItem();
    }
}
