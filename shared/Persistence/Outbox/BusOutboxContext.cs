using MassTransit;
using MassTransit.Clients;
using MassTransit.DependencyInjection;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using MassTransit.Transports;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>
/// What a scope sends outside consumers: rows of the scope's context, which leave after they are committed. Like the context itself, for one thread at a time.
/// </summary>
internal sealed class BusOutboxContext<TDbContext>(IBus bus, TDbContext context, OutboxDispatcher<TDbContext> dispatcher, TimeProvider time, IClientFactory clients, IServiceProvider provider)
    : ScopedBusContext, OutboxSendContext, IBusOutbox
    where TDbContext : DbContext
{
    private readonly List<OutboxEntry> _captured = [];
    private readonly List<OutboxEntry> _saved = [];
    private IPublishEndpoint? _publishEndpoint;
    private ISendEndpointProvider? _sendEndpointProvider;
    private IScopedClientFactory? _clientFactory;

    public ISendEndpointProvider SendEndpointProvider => _sendEndpointProvider ??= new OutboxSendEndpointProvider(this, bus);

    public IPublishEndpoint PublishEndpoint => _publishEndpoint ??= new PublishEndpoint(new OutboxPublishEndpointProvider(this, bus));

    public IScopedClientFactory ClientFactory =>
        _clientFactory ??= new ScopedClientFactory(new ClientFactory(new ScopedClientFactoryContext(clients, provider)), null);

    public object? GetService(Type serviceType) => provider.GetService(serviceType);

    public Task AddSend<T>(SendContext<T> sent)
        where T : class
    {
        var row = Envelope.Capture(sent, time.GetUtcNow().UtcDateTime);
        context.Add(row);
        _captured.Add(row);
        BusOutboxInterceptor.Watch(context, this);
        return Task.CompletedTask;
    }

    public void Saved(bool inTransaction)
    {
        foreach (var row in _captured)
        {
            // The context may have been cleared in between; only what was written is sent. Nobody needs the entity any more.
            var entry = context.Entry(row);
            if (entry.State == EntityState.Unchanged)
                _saved.Add(row);
            entry.State = EntityState.Detached;
        }

        _captured.Clear();
        if (!inTransaction)
            Committed();
    }

    public void Committed()
    {
        if (_saved.Count == 0)
            return;
        dispatcher.SendSoon([.. _saved]);
        _saved.Clear();
    }

    public void RolledBack() => _saved.Clear();
}
