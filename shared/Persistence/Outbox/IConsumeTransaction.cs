using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>
/// The one transaction of one message: inbox row, what the consumer or saga wrote, outbox rows. This is the seam between the bus and the way of storing:
/// outbox and saga repository know only
/// these steps, so another engine (one that gathers several messages into one commit) replaces this class and the repository's loading, nothing else.
/// </summary>
internal interface IConsumeTransaction
{
    /// <summary>The context whose transaction it is.</summary>
    DbContext Context { get; }

    /// <summary>Opens the transaction and notes the message. False: it was consumed before, and nothing may be done.</summary>
    Task<bool> BeginAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a turn until the commit.</summary>
    void Hold(IDisposable turn);

    /// <summary>Runs a statement in the transaction, after the rows of the context are written; in the order of the calls.</summary>
    void Later(FormattableString sql);
}
