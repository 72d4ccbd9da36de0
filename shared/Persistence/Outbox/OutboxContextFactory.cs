using MassTransit;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>Consumes one message in one transaction, then sends what it produced.</summary>
internal sealed class OutboxContextFactory<TDbContext>(
    TDbContext context, OutboxSchema<TDbContext> schema, OutboxDispatcher<TDbContext> dispatcher, TimeProvider time, IServiceProvider provider)
    : IOutboxContextFactory<TDbContext>
    where TDbContext : DbContext
{
    public async Task Send<T>(ConsumeContext<T> consume, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        await using var transaction = new ConsumeTransaction<TDbContext>(context, schema, time, InboxId.Of(consume), options.ConsumerId);
        var outbox = new OutboxConsumeContext<TDbContext, T>(consume, options, provider, transaction, time);

        // A saga's repository begins the transaction itself, after it has waited in memory for the saga's turn.
        if (options is SagaOutboxOptions || await transaction.BeginAsync(consume.CancellationToken))
        {
            await next.Send(outbox);
            await transaction.CommitAsync();
            await dispatcher.SendAsync(transaction.Rows, consume.CancellationToken);
        }

        // Once more with everything done: the pipe only notes the message as consumed, so that it is acknowledged.
        outbox.IsDone = true;
        await next.Send(outbox);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("outboxContextFactory").Add("provider", "flow");
}

/// <summary>Marks the pipe of a saga, which begins its transaction late.</summary>
internal sealed class SagaOutboxOptions : OutboxConsumeOptions;
