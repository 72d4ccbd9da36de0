using Flow.Sqlite;

namespace Flow.Transports.Sqlite;

/// <summary>Reads the queues of a SQLite file.</summary>
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

    public async Task<bool> DeleteAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        using var turn = await file.EnterWriteAsync(cancellationToken);
        await using var connection = file.Open();
        using var session = new SqliteSession(connection);
        session.Execute("BEGIN IMMEDIATE");
        foreach (var queue in queues)
        {
            if (session.Scalar(SqliteQueueSchema.Holds, ("$queue", queue)) is 1L)
            {
                session.Execute("ROLLBACK");
                return false;
            }

            session.Execute(SqliteQueueSchema.DeleteQueue, ("$queue", queue));
            session.Execute(SqliteQueueSchema.Unbind, ("$queue", queue));
        }

        session.Execute("COMMIT");
        return true;
    }
}
