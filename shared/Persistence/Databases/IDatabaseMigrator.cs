using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>
/// Brings a database to the schema of a context. Both calls wait while the database is down, and say so in the log (host, port and database; never the
/// password).
/// </summary>
public interface IDatabaseMigrator
{
    /// <summary>
    /// Creates the database where it is missing and applies the context's migrations. Any number of processes may call this at once: one works, the others
    /// wait.
    /// </summary>
    /// <typeparam name="TContext">The registered context.</typeparam>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    Task MigrateAsync<TContext>(CancellationToken cancellationToken = default)
        where TContext : DbContext;

    /// <summary>Waits until the database answers and has every migration of the context, as somebody else (<c>flow db migrate</c>) applies them.</summary>
    /// <typeparam name="TContext">The registered context.</typeparam>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    Task WaitUntilMigratedAsync<TContext>(CancellationToken cancellationToken = default)
        where TContext : DbContext;
}
