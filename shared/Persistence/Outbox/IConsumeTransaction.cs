using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>
/// The transaction of one message: inbox row, what the consumer or saga wrote, outbox rows. This is the seam between the bus and the way of storing. One implementation opens a
/// transaction for the message alone (<see cref="ConsumeTransaction{T}"/>), the other shares one among the messages in flight (<see cref="GroupedTransaction{T}"/>).
/// </summary>
internal interface IConsumeTransaction
{
    /// <summary>The context whose transaction it is.</summary>
    DbContext Context { get; }

    /// <summary>Opens the transaction, notes the message and gets hold of its saga. False: it was consumed before, and nothing may be done.</summary>
    Task<bool> BeginAsync(SagaKey? saga, CancellationToken cancellationToken);

    /// <summary>The saga, tracked by the context; null: there is none.</summary>
    Task<TSaga?> LoadAsync<TSaga>(SagaTable<TSaga> table, Guid id, CancellationToken cancellationToken)
        where TSaga : class, ISaga;

    /// <summary>Runs a statement in the transaction, after the rows of the context are written; in the order of the calls.</summary>
    void Later(FormattableString sql);

    /// <summary>Says that what follows needs the transaction for the message alone: statements that must see its rows, locks.</summary>
    /// <exception cref="AloneException">It is shared; the message is handled again, alone.</exception>
    void RequireOwn();
}

/// <summary>What the outbox does with the transaction.</summary>
internal interface IOutboxTransaction : IConsumeTransaction, IAsyncDisposable
{
    /// <summary>What is to be sent once the transaction is committed.</summary>
    IReadOnlyList<OutboxEntry> Rows { get; }

    void Add(OutboxEntry row);

    /// <summary>The consumer has ended: takes what it wrote and sent.</summary>
    Task SaveAsync(CancellationToken cancellationToken);

    /// <summary>Not cancellable: half a commit is no state to be in.</summary>
    Task CommitAsync();
}
