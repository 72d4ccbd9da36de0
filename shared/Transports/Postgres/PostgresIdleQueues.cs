using System.Collections.Concurrent;
using Flow.Transports.Queues;
using Npgsql;

namespace Flow.Transports.Postgres;

/// <summary>Deletes temporary queues, their bindings and messages once nobody has received from them for as long as they allow. Every process does, for all.</summary>
internal sealed class PostgresIdleQueues : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);
    private readonly PostgresDatabase _database;
    private readonly Upkeep _upkeep;
    private long[] _deletedBefore = [];

    public PostgresIdleQueues(PostgresDatabase database, TimeProvider time)
    {
        _database = database;
        _upkeep = new Upkeep(Interval, time, _ => SweepAsync());
    }

    /// <summary>Somebody receives from the queue.</summary>
    public void Saw(string queue) => _seen.TryAdd(queue, true);

    public ValueTask DisposeAsync() => _upkeep.DisposeAsync();

    private async Task SweepAsync()
    {
        var seen = _seen.Keys.ToArray();
        _seen.Clear();
        try
        {
            await _database.RunAsync(connection => SweepAsync(connection, seen), patience: TimeSpan.Zero);
        }
        catch (Exception exception) when (exception is MassTransit.ConnectionException or PostgresException)
        {
            // The queues stay until the next time; who received from them is said again then.
        }
    }

    private async Task<int> SweepAsync(NpgsqlConnection connection, string[] seen)
    {
        await using (var touch = PostgresDatabase.Command(connection, _database.Sql.Touch, PostgresDatabase.Argument(seen)))
            await touch.ExecuteNonQueryAsync();

        var deleted = new List<long>();
        await using (var delete = new NpgsqlCommand(_database.Sql.DeleteIdle, connection))
        await using (var reader = await delete.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                deleted.Add(reader.GetInt64(0));
        }

        // Those of the last time too: what was being stored in them while they were deleted is visible by now.
        long[] gone = [.. deleted, .. _deletedBefore];
        _deletedBefore = [.. deleted];
        foreach (var sql in gone.Length > 0 ? _database.Sql.DeleteOrphans : [])
        {
            await using var orphans = PostgresDatabase.Command(connection, sql, PostgresDatabase.Argument(gone));
            await orphans.ExecuteNonQueryAsync();
        }

        return gone.Length;
    }
}
