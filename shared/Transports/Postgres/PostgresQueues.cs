namespace Flow.Transports.Postgres;

/// <summary>Reads the queues of a database.</summary>
internal sealed class PostgresQueues(PostgresQueueSettings settings) : IBrokerQueues
{
    public async Task<IReadOnlyDictionary<string, BrokerQueue>> LookAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        await using var source = settings.CreateSource();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var look = PostgresDatabase.Command(connection, new PostgresQueueSchema(settings.Schema).Look, PostgresDatabase.Argument(queues.ToArray()));
        await using var reader = await look.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<string, BrokerQueue>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            found[reader.GetString(0)] = new BrokerQueue(reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2));
        return found;
    }
}
