using MassTransit;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>Consumes one message in a transaction, shared where that can be, then sends what it produced.</summary>
internal sealed class OutboxContextFactory<TDbContext>(
    TDbContext context,
    OutboxSchema<TDbContext> schema,
    OutboxDispatcher<TDbContext> dispatcher,
    CommitGroups<TDbContext> groups,
    SagaTurns turns,
    IEnumerable<ICommitObserver<TDbContext>> observers,
    TimeProvider time,
    IServiceProvider provider) : IOutboxContextFactory<TDbContext>
    where TDbContext : DbContext
{
    public async Task Send<T>(ConsumeContext<T> consume, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        var id = InboxId.Of(consume);
        for (var isAgain = false; groups.Serves(context); isAgain = true)
        {
            var transaction = new GroupedTransaction<TDbContext>(context, groups, observers, id, options.ConsumerId, isAgain);
            try
            {
                await ConsumeAsync(consume, options, next, transaction);
                return;
            }
            catch (Exception exception) when (OutOfGroupException.IsIn<NextGroupException>(exception))
            {
                context.ChangeTracker.Clear();
            }
            catch (Exception exception) when (OutOfGroupException.IsIn<AloneException>(exception))
            {
                CommitGroups<TDbContext>.CountAlone();
                context.ChangeTracker.Clear();
                break;
            }
        }

        await ConsumeAsync(consume, options, next, new ConsumeTransaction<TDbContext>(context, schema, turns, time, id, options.ConsumerId));
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("outboxContextFactory").Add("provider", "flow");

    private async Task ConsumeAsync<T>(ConsumeContext<T> consume, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next, IOutboxTransaction transaction)
        where T : class
    {
        var outbox = new CapturingConsumeContext<T>(consume, options, provider, transaction, time);
        await using (transaction)
        {
            // A saga's repository begins the transaction itself: it knows the saga.
            if (options is SagaOutboxOptions || await transaction.BeginAsync(null, consume.CancellationToken))
            {
                await next.Send(outbox);
                await transaction.CommitAsync();
            }
        }

        await dispatcher.SendAsync(transaction.Rows, consume.CancellationToken);

        // Once more with everything done: the pipe only notes the message as consumed, so that it is acknowledged.
        outbox.IsDone = true;
        await next.Send(outbox);
    }
}

/// <summary>Marks the pipe of a saga, which begins its transaction late.</summary>
internal sealed class SagaOutboxOptions : OutboxConsumeOptions;
