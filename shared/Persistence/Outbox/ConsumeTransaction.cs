using System.Data;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Flow.Persistence;

/// <summary>A transaction for one message, by means of EF: for SQLite, whose file has one writer anyway, and for what cannot share one.</summary>
internal sealed class ConsumeTransaction<TDbContext>(
    TDbContext context, OutboxSchema<TDbContext> schema, SagaTurns turns, TimeProvider time, Guid messageId, Guid consumerId) : IOutboxTransaction
    where TDbContext : DbContext
{
    private readonly List<OutboxEntry> _rows = [];
    private readonly List<FormattableString> _later = [];
    private IDisposable? _turn;
    private IDbContextTransaction? _transaction;
    private bool? _fresh;
    private bool _ended;

    public DbContext Context => context;

    public IReadOnlyList<OutboxEntry> Rows => _rows;

    public async Task<bool> BeginAsync(SagaKey? saga, CancellationToken cancellationToken)
    {
        if (_fresh is { } known)
            return known;

        // The turn outlives this call: the row is free only after the commit.
        if (saga is { } key)
            _turn = await turns.EnterAsync(key.Type, key.Id, cancellationToken);

        // A copy of the message waits at the inbox row for this transaction's end, and a row lock serves the newest version: no serialization failures.
        _transaction = await context.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var inserted = await context.Database.ExecuteSqlRawAsync(
            schema.InsertInbox(context), [messageId, consumerId, time.GetUtcNow().UtcDateTime], cancellationToken);
        _fresh = inserted == 1;
        if (_fresh is false)
            await DisposeAsync();
        return _fresh.Value;
    }

    public Task<TSaga?> LoadAsync<TSaga>(SagaTable<TSaga> table, Guid id, CancellationToken cancellationToken)
        where TSaga : class, ISaga => table.LoadAsync(context, id, cancellationToken);

    public void RequireOwn()
    {
    }

    public void Later(FormattableString sql) => _later.Add(sql);

    public void Add(OutboxEntry row)
    {
        // Consumers may publish from parallel tasks; the context itself is touched only in SaveAsync.
        lock (_rows)
        {
            if (_ended)
                throw new InvalidOperationException($"A message to {row.Destination} was sent after its consumer had ended. Await every Publish and Send.");
            _rows.Add(row);
        }
    }

    // The one SaveChanges: saga, rows of the consumer, outgoing messages.
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (!await BeginAsync(null, cancellationToken))
        {
            _rows.Clear();
            return;
        }

        lock (_rows)
        {
            _ended = true;
            context.AddRange(_rows);
        }

        // Nothing is done in this transaction after a failure, so the savepoint of a nested SaveChanges would be two statements for nothing.
        context.Database.AutoSavepointsEnabled = false;
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            foreach (var sql in _later)
                await context.Database.ExecuteSqlInterpolatedAsync(sql, cancellationToken);
        }
        finally
        {
            context.Database.AutoSavepointsEnabled = true;
        }
    }

    /// <summary>Commits and lets the next message for the saga pass.</summary>
    public async Task CommitAsync()
    {
        if (_transaction is not null)
            await _transaction.CommitAsync(CancellationToken.None);
        await DisposeAsync();
    }

    /// <summary>Rolls back what is not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Interlocked.Exchange(ref _transaction, null) is { } transaction)
                await transaction.DisposeAsync();
        }
        finally
        {
            _turn?.Dispose();
        }
    }
}
