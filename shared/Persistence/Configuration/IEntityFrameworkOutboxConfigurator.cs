using Flow.Persistence;

namespace MassTransit;

/// <summary>Settings of the outbox and inbox kept in a DbContext. The surface follows MassTransit.EntityFrameworkCore.</summary>
public interface IEntityFrameworkOutboxConfigurator : ITransactionalOutboxConfigurator
{
    /// <summary>The database the context must be on. Default: whichever its provider says. Set through <c>UsePostgres()</c> or <c>UseSqlite()</c>.</summary>
    DatabaseKind? Database { get; set; }

    /// <summary>How long a consumed message id is remembered, so that a later copy is dropped. Default 30 minutes; at least one second.</summary>
    TimeSpan DuplicateDetectionWindow { get; set; }

    /// <summary>Longest time between two looks for messages that a crash left unsent. Default 4 seconds. Messages of this process need no look.</summary>
    TimeSpan QueryDelay { get; set; }

    /// <summary>Most rows one sweep takes at a time. Default 200, from 1 to 1,000.</summary>
    int QueryMessageLimit { get; set; }

    /// <summary>
    /// Gives every message a commit of its own. By default messages in flight share one on PostgreSQL (SQLite has one writer anyway), which is several times faster. To compare, or for a pooler
    /// between Flow and PostgreSQL that does not bear prepared statements.
    /// </summary>
    void DisableSharedCommits();

    /// <summary>Does not delete old inbox rows from this process. Some process must, or the table grows for ever.</summary>
    void DisableInboxCleanupService();

    /// <summary>
    /// Captures what is sent through a scope's <see cref="IPublishEndpoint"/> and <see cref="ISendEndpointProvider"/> outside consumers: the messages are
    /// rows of the scope's DbContext and leave at once after its SaveChanges, or after the commit of a transaction opened by hand. Without SaveChanges
    /// nothing is sent.
    /// </summary>
    void UseBusOutbox(Action<IEntityFrameworkBusOutboxConfigurator>? configure = null);
}

/// <summary>Settings of sends outside consumers.</summary>
public interface IEntityFrameworkBusOutboxConfigurator : IBusOutboxConfigurator
{
    /// <summary>How long one send may wait for the broker before the row is left to the sweeper. Default 10 seconds.</summary>
    TimeSpan MessageDeliveryTimeout { get; set; }
}
