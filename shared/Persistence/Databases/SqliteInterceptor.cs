using System.Data.Common;
using System.Runtime.CompilerServices;
using Flow.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace Flow.Persistence;

/// <summary>
/// Makes every transaction on a SQLite file wait for its turn to write and hold it to its end, so that the writers of this process queue instead of meeting
/// locks.
/// </summary>
internal sealed class SqliteInterceptor(SqliteFile file) : SaveChangesInterceptor, IDbTransactionInterceptor, IDbConnectionInterceptor
{
    /// <summary>Far beyond any transaction of Flow; who waits longer waits for itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly ConditionalWeakTable<DbTransaction, IDisposable> Turns = [];

    /// <summary>Ends the turn of a transaction that has ended.</summary>
    public static void Leave(DbTransaction transaction)
    {
        if (!Turns.TryGetValue(transaction, out var turn))
            return;
        Turns.Remove(transaction);
        turn.Dispose();
    }

    public InterceptionResult<DbTransaction> TransactionStarting(DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result) =>
        TransactionStartingAsync(connection, eventData, result).AsTask().GetAwaiter().GetResult();

    public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
    {
        var turn = await EnterAsync(cancellationToken);
        try
        {
            // BEGIN IMMEDIATE: the lock is taken here, never in the middle of the transaction.
            var transaction = await connection.BeginTransactionAsync(eventData.IsolationLevel, cancellationToken);
            Turns.Add(transaction, turn);
            return InterceptionResult<DbTransaction>.SuppressWithResult(transaction);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    // A SaveChanges of a single statement would go without a transaction, and so without a turn.
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        eventData.Context!.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        new(SavingChanges(eventData, result));

    public void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;";
        command.ExecuteNonQuery();
    }

    public Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }

    private async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await file.EnterWriteAsync(patience.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The turn to write to {file.Path} did not come within {Patience.TotalSeconds} seconds. A transaction is open too long, or a consumer opened a second one inside its own: use the scope's context.", e);
        }
    }
}

/// <summary>Creates transactions that end their turn when they end.</summary>
internal sealed class SqliteTransactionFactory(RelationalTransactionFactoryDependencies dependencies) : RelationalTransactionFactory(dependencies)
{
    public override RelationalTransaction Create(
        IRelationalConnection connection, DbTransaction transaction, Guid transactionId, IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger, bool transactionOwned) =>
        new TurnTransaction(connection, transaction, transactionId, logger, transactionOwned, Dependencies.SqlGenerationHelper);

    private sealed class TurnTransaction(
        IRelationalConnection connection,
        DbTransaction transaction,
        Guid transactionId,
        IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger,
        bool transactionOwned,
        ISqlGenerationHelper sql) : RelationalTransaction(connection, transaction, transactionId, logger, transactionOwned, sql)
    {
        private readonly DbTransaction _transaction = transaction;

        public override void Commit()
        {
            base.Commit();
            SqliteInterceptor.Leave(_transaction);
        }

        public override async Task CommitAsync(CancellationToken cancellationToken = default)
        {
            await base.CommitAsync(cancellationToken);
            SqliteInterceptor.Leave(_transaction);
        }

        public override void Dispose()
        {
            try
            {
                base.Dispose();
            }
            finally
            {
                SqliteInterceptor.Leave(_transaction);
            }
        }

        public override async ValueTask DisposeAsync()
        {
            try
            {
                await base.DisposeAsync();
            }
            finally
            {
                SqliteInterceptor.Leave(_transaction);
            }
        }
    }
}
