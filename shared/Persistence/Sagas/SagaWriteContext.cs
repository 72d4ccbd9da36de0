using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>What the bus may do with a saga during one message. With an outbox nothing is written here: the outbox saves everything at once.</summary>
internal sealed class SagaWriteContext<TSaga, TMessage>(
    DbContext context, SagaTable<TSaga> table, ConsumeContext<TMessage> consume, ISagaConsumeContextFactory<DbContext, TSaga> factory, IConsumeTransaction? ambient)
    : ConsumeContextScope<TMessage>(consume, context), SagaRepositoryContext<TSaga, TMessage>
    where TSaga : class, ISaga
    where TMessage : class
{
    private readonly ConsumeContext<TMessage> _consume = consume;

    public Task<SagaConsumeContext<TSaga, TMessage>> Add(TSaga instance) => CreateSagaConsumeContext(_consume, instance, SagaConsumeContextMode.Add);

    public async Task<SagaConsumeContext<TSaga, TMessage>> Insert(TSaga instance)
    {
        var entry = context.Add(instance);
        try
        {
            await context.SaveChangesAsync(CancellationToken);
            return await CreateSagaConsumeContext(_consume, instance, SagaConsumeContextMode.Insert);
        }
        catch (DbUpdateException)
        {
            // Another message was first: the savepoint of SaveChanges undid the insert, and Load finds the other's row. Null tells the bus so.
            entry.State = EntityState.Detached;
            return null!;
        }
    }

    public async Task<SagaConsumeContext<TSaga, TMessage>> Load(Guid correlationId)
    {
        var saga = await (ambient?.LoadAsync(table, correlationId, CancellationToken) ?? table.LoadAsync(context, correlationId, CancellationToken));
        return saga is null ? null! : await CreateSagaConsumeContext(_consume, saga, SagaConsumeContextMode.Load);
    }

    public Task Save(SagaConsumeContext<TSaga> saga)
    {
        context.Add(saga.Saga);
        return StoreAsync(saga.Saga);
    }

    public Task Update(SagaConsumeContext<TSaga> saga) => StoreAsync(saga.Saga);

    public Task Delete(SagaConsumeContext<TSaga> saga)
    {
        context.Remove(saga.Saga);
        return StoreAsync(null);
    }

    public Task Discard(SagaConsumeContext<TSaga> saga) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> saga)
    {
        context.Entry(saga.Saga).State = EntityState.Unchanged;
        return Task.CompletedTask;
    }

    public Task<SagaConsumeContext<TSaga, T>> CreateSagaConsumeContext<T>(ConsumeContext<T> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where T : class => factory.CreateSagaConsumeContext(context, consumeContext, instance, mode);

    private Task StoreAsync(TSaga? saga)
    {
        if (saga is ISagaVersion versioned)
            versioned.Version++;
        return ambient is null ? context.SaveChangesAsync(CancellationToken) : Task.CompletedTask;
    }
}
