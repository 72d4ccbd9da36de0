using System.Data;
using MassTransit;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>The scope's context that holds a saga.</summary>
internal sealed record SagaContext<TSaga>(DbContext Value)
    where TSaga : class, ISaga;

/// <summary>Loads sagas for the bus: in the outbox's transaction where the endpoint has one, else in one of its own.</summary>
internal sealed class SagaRepositoryContextFactory<TSaga>(
    SagaContext<TSaga> context, SagaTable<TSaga> table, SagaTurns turns, ISagaConsumeContextFactory<DbContext, TSaga> consumeContexts)
    : ISagaRepositoryContextFactory<TSaga>, IQuerySagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISaga
{
    private readonly DbContext _context = context.Value;

    public async Task Send<T>(ConsumeContext<T> consume, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class => await InTransaction(consume, new SagaKey(typeof(TSaga), consume.CorrelationId!.Value), next.Send);

    public async Task SendQuery<T>(ConsumeContext<T> consume, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        await InTransaction(consume, null, async repository =>
        {
            // In order of id, so that two messages that touch the same sagas never lock them crosswise.
            var ids = await _context.Set<TSaga>().AsNoTracking().Where(query.FilterExpression).Select(saga => saga.CorrelationId).OrderBy(id => id)
                .ToListAsync(consume.CancellationToken);
            await next.Send(new DefaultSagaRepositoryQueryContext<TSaga, T>(repository, ids));
        });

    public Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class => asyncMethod(new SagaReadContext<TSaga>(_context, cancellationToken));

    public Task<T> Execute<T>(Func<QuerySagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class => asyncMethod(new SagaReadContext<TSaga>(_context, cancellationToken));

    public void Probe(ProbeContext context) => context.Add("persistence", "flow");

    private async Task InTransaction<T>(ConsumeContext<T> consume, SagaKey? saga, Func<SagaRepositoryContext<TSaga, T>, Task> work)
        where T : class
    {
        if (consume.TryGetPayload(out IConsumeTransaction? ambient))
        {
            if (!ReferenceEquals(ambient.Context, _context))
                throw new InvalidOperationException($"{typeof(TSaga).Name} is kept in {_context.GetType().Name} and its endpoint's outbox in {ambient.Context.GetType().Name}; they must share one context.");
            if (await ambient.BeginAsync(saga, consume.CancellationToken))
                await work(new SagaWriteContext<TSaga, T>(_context, table, consume, consumeContexts, ambient));
            return;
        }

        using var turn = saga is { } key ? await turns.EnterAsync(key.Type, key.Id, consume.CancellationToken) : null;
        await using var transaction = await _context.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, consume.CancellationToken);
        await work(new SagaWriteContext<TSaga, T>(_context, table, consume, consumeContexts, null));
        await transaction.CommitAsync(CancellationToken.None);
    }
}
