namespace Flow.Transports.Postgres;

/// <summary>Reads the queues of a database, and deletes them.</summary>
internal sealed class PostgresQueues(PostgresQueueSettings settings) : IBrokerQueues
{
    private readonly PostgresQueueSchema _sql = new(settings.Schema);

    public bool CanDelete => true;

    public async Task<IReadOnlyDictionary<string, BrokerQueue>> LookAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        await using var source = settings.CreateSource();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var look = PostgresDatabase.Command(connection, _sql.Look, PostgresDatabase.Argument(queues.ToArray()));
        await using var reader = await look.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<string, BrokerQueue>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            found[reader.GetString(0)] = new BrokerQueue(reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2));
        return found;
    }

    /// <summary>Also a message that somebody has in hand is one that the queue holds.</summary>
    public async Task<bool> DeleteAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        await using var source = settings.CreateSource();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var alone = PostgresDatabase.Command(connection, _sql.StoreNothing))
            await alone.ExecuteNonQueryAsync(cancellationToken);

        await using (var holds = PostgresDatabase.Command(connection, _sql.Holds, PostgresDatabase.Argument(queues.ToArray())))
        {
            if (await holds.ExecuteScalarAsync(cancellationToken) is true)
                return false;
        }

        await using (var delete = PostgresDatabase.Command(connection, _sql.Delete, PostgresDatabase.Argument(queues.ToArray())))
            await delete.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
