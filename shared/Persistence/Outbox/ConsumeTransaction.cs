using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Flow.Persistence;

internal sealed class ConsumeTransaction<TDbContext>(TDbContext context, OutboxSchema<TDbContext> schema, TimeProvider time, Guid messageId, Guid consumerId)
    : IConsumeTransaction, IAsyncDisposable
    where TDbContext : DbContext
{
    private readonly List<OutboxEntry> _rows = [];
    private readonly List<IDisposable> _turns = [];
    private readonly List<FormattableString> _later = [];
    private IDbContextTransaction? _transaction;
    private bool? _fresh;
    private bool _ended;

    public DbContext Context => context;

    /// <summary>What is to be sent once the transaction is committed.</summary>
    public IReadOnlyList<OutboxEntry> Rows => _rows;

    public async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        if (_fresh is { } known)
            return known;

        // A copy of the message waits at the inbox row for this transaction's end, and a row lock serves the newest version: no serialization failures.
        _transaction = await context.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var inserted = await context.Database.ExecuteSqlRawAsync(
            schema.InsertInbox(context), [messageId, consumerId, time.GetUtcNow().UtcDateTime], cancellationToken);
        _fresh = inserted == 1;
        if (_fresh is false)
            await DisposeAsync();
        return _fresh.Value;
    }

    public void Hold(IDisposable turn) => _turns.Add(turn);

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

    /// <summary>The one SaveChanges: saga, rows of the consumer, outgoing messages.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (!await BeginAsync(cancellationToken))
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

    /// <summary>Commits and lets the next message for the saga pass. Not cancellable: half a commit is no state to be in.</summary>
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
            _turns.ForEach(turn => turn.Dispose());
        }
    }
}
