using System.Threading.Channels;
using Flow.Transports.Queues;
using MassTransit;
using Npgsql;

namespace Flow.Transports.Postgres;

/// <summary>
/// Stores and acknowledges messages in groups, one round trip and one transaction each: while one group commits, which is the slow part, the next forms. What fails leaves no trace and fails alone;
/// while the server is away a write waits, up to half a minute, and is then the caller's again.
/// </summary>
internal sealed class PostgresGroupWriter : IAsyncDisposable
{
    private const int LargestGroup = 256;
    private const int LargestGroupBytes = 4 * 1024 * 1024;
    private const int LongestQueue = 4096;

    private readonly Channel<Write> _writes = Channel.CreateBounded<Write>(new BoundedChannelOptions(LongestQueue) { SingleReader = true });
    private readonly PostgresDatabase _database;
    private readonly PostgresNotices _notices;
    private readonly TimeProvider _time;
    private readonly Task _loop;

    public PostgresGroupWriter(PostgresDatabase database, PostgresNotices notices, TimeProvider time)
    {
        (_database, _notices, _time) = (database, notices, time);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>How long a write is tried while the server is away: as long as an ordinary failover takes, not longer than a lease.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Stores a message in a queue, or in all that a topic reaches; false when there is none.</summary>
    public Task<bool> StoreAsync(string destination, bool isTopic, OutboundMessage message) => WriteAsync(new Storing(destination, isTopic, message) { Since = _time.GetTimestamp() });

    /// <summary>Deletes a message; false when the lease is not held any more.</summary>
    public Task<bool> AcknowledgeAsync(Lease lease) => WriteAsync(new Acknowledging(lease) { Since = _time.GetTimestamp() });

    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _loop;
    }

    private async Task<bool> WriteAsync(Write write)
    {
        try
        {
            await _writes.Writer.WriteAsync(write);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(PostgresQueueProvider), "The queues are closed.");
        }

        return await write.Done.Task;
    }

    private async Task RunAsync()
    {
        var group = new List<Write>(LargestGroup);
        while (await _writes.Reader.WaitToReadAsync())
        {
            for (var bytes = 0; group.Count < LargestGroup && bytes < LargestGroupBytes && _writes.Reader.TryRead(out var write); bytes += write.Bytes)
                group.Add(write);
            await CommitAsync(group);
            group.Clear();
        }
    }

    private async Task CommitAsync(List<Write> group)
    {
        HashSet<long> queues;
        try
        {
            queues = await _database.RunAsync(connection => PerformAsync(connection, group), Patience - _time.GetElapsedTime(group[0].Since));
        }
        catch (Exception exception) when (group.Count == 1 || exception is ConnectionException)
        {
            // Alone, or the server itself is the trouble: no use in trying one by one.
            foreach (var write in group)
                write.Done.SetException(exception);
            return;
        }
        catch (Exception)
        {
            // One of them is to blame: each alone finds out which.
            foreach (var write in group)
                await CommitAsync([write]);
            return;
        }

        foreach (var write in group)
            write.Done.SetResult(write.Result);
        _notices.Tell(queues);
    }

    /// <summary>Answers with the queues that have got something.</summary>
    private async Task<HashSet<long>> PerformAsync(NpgsqlConnection connection, List<Write> group)
    {
        var stored = group.OfType<Storing>().ToList();
        var done = group.OfType<Acknowledging>().ToList();
        await using var batch = new NpgsqlBatch(connection);
        if (stored.Count > 0)
            batch.BatchCommands.Add(StoreAll(stored));
        if (done.Count > 0)
            batch.BatchCommands.Add(AcknowledgeAll(done));

        var queues = new HashSet<long>();
        await using var reader = await batch.ExecuteReaderAsync();
        if (stored.Count > 0)
        {
            var reached = new HashSet<(string, bool, string?)>();
            while (await reader.ReadAsync())
            {
                reached.Add((reader.GetString(0), reader.GetBoolean(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
                queues.Add(reader.GetInt64(3));
            }

            foreach (var write in stored)
                write.Result = reached.Contains((write.Destination, write.IsTopic, write.Message.RoutingKey));
            await reader.NextResultAsync();
        }

        var deleted = new HashSet<Lease>();
        while (done.Count > 0 && await reader.ReadAsync())
            deleted.Add(new Lease(reader.GetGuid(1), reader.GetInt64(0)));
        foreach (var write in done)
            write.Result = deleted.Contains(write.Lease);

        // The server commits after the last row: only what comes behind it says so.
        while (await reader.NextResultAsync())
        {
        }

        return queues;
    }

    private NpgsqlBatchCommand StoreAll(List<Storing> writes)
    {
        var command = new NpgsqlBatchCommand(_database.Sql.Store);
        Add(write => write.Destination);
        Add(write => write.IsTopic);
        Add(write => write.Message.RoutingKey);
        Add(write => write.Message.PartitionKey);
        Add(write => write.Message.Priority);
        Add(write => write.Message.Delay);
        Add(write => write.Message.TimeToLive);
        Add(write => write.Message.CancelToken);
        Add(write => write.Message.TransportId);
        Add(write => write.Message.ContentType);
        Add(write => write.Message.TransportHeaders);
        Add(write => write.Message.Body);
        return command;

        void Add<T>(Func<Storing, T> value) => command.Parameters.Add(PostgresDatabase.Argument(writes.Select(value).ToArray()));
    }

    private NpgsqlBatchCommand AcknowledgeAll(List<Acknowledging> writes) => new(_database.Sql.Acknowledge)
    {
        Parameters = { PostgresDatabase.Argument(writes.Select(write => write.Lease.MessageId).ToArray()), PostgresDatabase.Argument(writes.Select(write => write.Lease.LockId).ToArray()) },
    };

    private abstract class Write
    {
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public required long Since { get; init; }

        public bool Result { get; set; }

        public virtual int Bytes => 0;
    }

    private sealed class Storing(string destination, bool isTopic, OutboundMessage message) : Write
    {
        public string Destination => destination;

        public bool IsTopic => isTopic;

        public OutboundMessage Message => message;

        public override int Bytes => message.Body.Length;
    }

    private sealed class Acknowledging(Lease lease) : Write
    {
        public Lease Lease => lease;
    }
}
