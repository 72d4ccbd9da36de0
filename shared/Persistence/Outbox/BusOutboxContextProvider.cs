using MassTransit;
using MassTransit.DependencyInjection;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>Gives a scope its way to the bus: inside a consumer the message's own context, outside the bus outbox.</summary>
internal sealed class BusOutboxContextProvider<TDbContext>(
    IBus bus,
    TDbContext context,
    OutboxDispatcher<TDbContext> dispatcher,
    TimeProvider time,
    Bind<IBus, IClientFactory> clients,
    Bind<IBus, IScopedConsumeContextProvider> consuming,
    IServiceProvider provider) : IScopedBusContextProvider<IBus>, IDisposable
    where TDbContext : DbContext
{
    public ScopedBusContext Context { get; } = consuming.Value.HasContext
        ? new ConsumeContextScopedBusContext(consuming.Value.GetContext(), clients.Value)
        : new BusOutboxContext<TDbContext>(bus, context, dispatcher, time, clients.Value, provider);

    public void Dispose() => BusOutboxInterceptor.Forget(context);
}
