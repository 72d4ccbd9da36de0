using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Flow.Persistence;

/// <summary>Told when the rows a scope captured are safe.</summary>
internal interface IBusOutbox
{
    void Saved(bool inTransaction);

    void Committed();

    void RolledBack();
}

/// <summary>Tells the scope's bus outbox what becomes of its context: saved, committed, rolled back.</summary>
internal sealed class BusOutboxInterceptor : SaveChangesInterceptor, IDbTransactionInterceptor
{
    public static readonly BusOutboxInterceptor Instance = new();

    // Contexts are pooled: the table holds the scope that has the context now, and nothing for the others.
    private static readonly ConditionalWeakTable<DbContext, IBusOutbox> Watched = [];

    public static void Watch(DbContext context, IBusOutbox outbox) => Watched.AddOrUpdate(context, outbox);

    public static void Forget(DbContext context) => Watched.Remove(context);

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        if (Of(eventData) is { } outbox)
            outbox.Saved(eventData.Context!.Database.CurrentTransaction is not null || System.Transactions.Transaction.Current is not null);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        new(SavedChanges(eventData, result));

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Of(eventData)?.Committed();

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Of(eventData)?.Committed();
        return Task.CompletedTask;
    }

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => Of(eventData)?.RolledBack();

    public Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Of(eventData)?.RolledBack();
        return Task.CompletedTask;
    }

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => Of(eventData)?.RolledBack();

    public Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Of(eventData)?.RolledBack();
        return Task.CompletedTask;
    }

    private static IBusOutbox? Of(DbContextEventData eventData) => eventData.Context is { } context && Watched.TryGetValue(context, out var outbox) ? outbox : null;
}
