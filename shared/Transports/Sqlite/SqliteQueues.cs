using Flow.Sqlite;

namespace Flow.Transports.Sqlite;

/// <summary>Reads the queues of a SQLite file, and deletes them.</summary>
internal sealed class SqliteQueues(SqliteFile file) : IBrokerQueues
{
    public Task<IReadOnlyDictionary<string, BrokerQueue>> LookAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        using var session = new SqliteSession(file.Open());
        var found = new Dictionary<string, BrokerQueue>(StringComparer.Ordinal);
        foreach (var queue in queues)
        {
            var rows = session.Query(
                SqliteQueueSchema.Look,
                row => new BrokerQueue(row.GetInt64(0), row.IsDBNull(1) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))),
                ("$queue", queue));
            if (rows is [var seen])
                found[queue] = seen;
        }

        return Task.FromResult<IReadOnlyDictionary<string, BrokerQueue>>(found);
    }

    public bool CanDelete => true;

    /// <summary>By the provider that the buses of this process use, so that their receivers hear of it.</summary>
    public async Task<bool> DeleteAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        await using var use = SqliteQueueProvider.Acquire(file, TimeProvider.System);
        return await ((SqliteQueueProvider)use.Provider).DeleteAsync(queues).WaitAsync(cancellationToken);
    }
}
