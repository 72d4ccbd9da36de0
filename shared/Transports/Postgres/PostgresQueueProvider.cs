using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Flow.Transports.DeadLetters;
using Flow.Transports.Queues;
using MassTransit;
using Microsoft.Extensions.Logging;
using Npgsql;
using static Flow.Transports.Postgres.PostgresDatabase;

namespace Flow.Transports.Postgres;

/// <summary>
/// The queues in a PostgreSQL database, shared by any number of processes. One instance serves every bus of a process. What was sent is committed, with <c>synchronous_commit</c> on. Whoever holds a
/// message and dies gives it back when its lease ends.
/// </summary>
internal sealed class PostgresQueueProvider : IQueueProvider, IAsyncDisposable
{
    /// <summary>How long a message is held before its lease is renewed or ends: what a killed process held comes to others after that.</summary>
    public static TimeSpan HoldTime { get; } = TimeSpan.FromSeconds(30);

    // How long to wait when something is due and could not be had: it fell due just now; or it is locked, or behind another of its key.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan HeldBackWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan DeafWait = TimeSpan.FromSeconds(1);

    // After that a receiver gives up, and its endpoint is not healthy until it has begun anew.
    private static readonly TimeSpan ReceivePatience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Lease, Guid> _held = new();
    private readonly ConcurrentDictionary<string, long> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, Task> _signalsBeforeLook = new();
    private readonly QueueSignals _signals = new();
    private readonly PostgresDatabase _database;
    private readonly PostgresNotices _notices;
    private readonly PostgresGroupWriter _writer;
    private readonly PostgresIdleQueues _idleQueues;
    private readonly TimeProvider _time;

    private PostgresQueueProvider(PostgresQueueSettings settings, TimeProvider time, ILogger logger)
    {
        _time = time;
        _database = new PostgresDatabase(settings, time);
        _notices = new PostgresNotices(_database, _signals, time, logger);
        _writer = new PostgresGroupWriter(_database, _notices, time);
        _idleQueues = new PostgresIdleQueues(_database, time);
    }

    private PostgresQueueSchema Sql => _database.Sql;

    /// <summary>The provider for a database and schema, which need not be reachable yet. Dispose what is returned; the last one to do so closes the connections.</summary>
    public static QueueProviderUse Acquire(PostgresQueueSettings settings, TimeProvider time, ILogger logger) =>
        SharedProviders.Acquire(settings.Identity, () => new PostgresQueueProvider(settings, time, logger));

    public async Task<long> CreateQueueAsync(QueueSpec queue)
    {
        var ids = await QueryAsync(
            TimeSpan.Zero, Sql.CreateQueue, row => row.GetInt64(0), Argument(queue.Name), Argument(queue.DeliveryLimit), Argument(queue.DeleteAfterIdle));
        return _ids[queue.Name] = ids[0];
    }

    public Task BindAsync(TopicBinding binding) => CountAsync(TimeSpan.Zero, Sql.Bind,
        Argument(binding.Topic), Argument(binding.Destination), Argument(binding.ToTopic), Argument(binding.RoutingKey));

    public Task<bool> SendAsync(string queue, OutboundMessage message) => _writer.StoreAsync(queue, isTopic: false, message);

    public Task PublishAsync(string topic, OutboundMessage message) => _writer.StoreAsync(topic, isTopic: true, message);

    public async Task<IReadOnlyList<string>> ListFilledAsync() => await QueryAsync(ReceivePatience, Sql.ListFilled, row => row.GetString(0));

    public Task<IReadOnlyList<InboundMessage>> ReceiveAsync(string queue, Guid owner, int limit, TimeSpan lease) => ReceiveAsync(queue, owner, limit, lease, inOrder: false);

    public Task<IReadOnlyList<InboundMessage>> ReceiveInOrderAsync(string queue, Guid owner, int limit, TimeSpan lease) => ReceiveAsync(queue, owner, limit, lease, inOrder: true);

    public async Task WaitAsync(long queueId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // What came since the last look is not waited for.
        var signal = _signalsBeforeLook.TryRemove(queueId, out var before) ? before : _signals.Next(queueId);
        if (signal.IsCompleted)
            return;
        var (due, exists) = (await QueryAsync(ReceivePatience, Sql.NextDue, row => (row.IsDBNull(0) ? timeout : row.GetTimeSpan(0), row.GetBoolean(1)), Argument(queueId)))[0];
        // As a temporary one may be, when its process stood still: the endpoint declares it again.
        if (!exists)
            throw new ConnectionException($"The queue with the id {queueId} was deleted.");
        if (due <= TimeSpan.Zero)
            due = due > -HeldBackWait ? Glance : HeldBackWait;
        var wait = _notices.IsHearing || timeout < DeafWait ? timeout : DeafWait;
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(signal, Task.Delay(due < wait ? due : wait, _time, abandoned.Token));
        await abandoned.CancelAsync();
    }

    public async Task<bool> AcknowledgeAsync(Lease lease) => Forget(lease, await _writer.AcknowledgeAsync(lease));

    public async Task<bool> ExtendAsync(Lease lease, TimeSpan duration)
    {
        var held = await CountAsync(PostgresGroupWriter.Patience, Sql.Extend, Argument(lease.MessageId), Argument(lease.LockId), Argument(duration)) > 0;
        return held || Forget(lease, held);
    }

    public Task<bool> ReleaseAsync(Lease lease, TimeSpan delay, string? transportHeaders) =>
        GiveAsync(lease, Sql.Release, Argument(lease.MessageId), Argument(lease.LockId), Argument(delay), Argument(transportHeaders));

    public Task<bool> MoveAsync(Lease lease, string queue, string? transportHeaders) =>
        GiveAsync(lease, Sql.Move, Argument(lease.MessageId), Argument(lease.LockId), Argument(queue), Argument(transportHeaders));

    public async Task<bool> CancelAsync(Guid cancelToken) => await CountAsync(ReceivePatience, Sql.Cancel, Argument(cancelToken)) > 0;

    public async Task<long> PurgeAsync(string queue)
    {
        var purged = 0L;
        foreach (var sql in Sql.Purge)
        {
            while (await CountAsync(ReceivePatience, sql, Argument(queue)) is > 0 and var slice)
                purged += slice;
        }

        return purged;
    }

    /// <summary>Nothing to do: whoever receives a message over its limit moves it.</summary>
    public Task<int> SweepAsync(string queue) => Task.FromResult(0);

    public Task TouchAsync(string queue) => CountAsync(ReceivePatience, Sql.Touch, Argument<string[]>([queue]));

    public async Task ReleaseAllAsync(Guid owner)
    {
        var leases = _held.Where(held => held.Value == owner).Select(held => held.Key).ToList();
        if (leases.Count == 0)
            return;
        try
        {
            var queues = await QueryAsync(
                TimeSpan.Zero, Sql.ReleaseAll, row => row.GetInt64(0),
                Argument(leases.ConvertAll(lease => lease.MessageId).ToArray()), Argument(leases.ConvertAll(lease => lease.LockId).ToArray()));
            _notices.Tell(queues);
        }
        catch (ConnectionException)
        {
            // The server is away: the leases end by themselves.
        }

        foreach (var lease in leases)
            Forget(lease, true);
    }

    public async ValueTask DisposeAsync()
    {
        _database.StopRetrying();
        await _idleQueues.DisposeAsync();
        await _writer.DisposeAsync();
        await _notices.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static InboundMessage ReadMessage(NpgsqlDataReader row, Guid lockId) => new()
    {
        Lease = new Lease(lockId, row.GetInt64(0)),
        TransportId = row.GetGuid(1),
        EarlierDeliveries = row.GetInt32(2) - 1,
        Priority = row.GetInt16(3),
        SentAt = row.GetFieldValue<DateTimeOffset>(4),
        ExpiresAt = row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5),
        ContentType = row.IsDBNull(6) ? null : row.GetString(6),
        RoutingKey = row.IsDBNull(7) ? null : row.GetString(7),
        PartitionKey = row.IsDBNull(8) ? null : row.GetString(8),
        TransportHeaders = row.IsDBNull(9) ? null : row.GetString(9),
        Body = row.GetFieldValue<byte[]>(10),
    };

    private static string OverLimit(InboundMessage message)
    {
        var headers = message.TransportHeaders is null ? [] : JsonNode.Parse(message.TransportHeaders)!.AsObject();
        headers[AsideHeaders.Deliveries] = message.EarlierDeliveries;
        headers[MessageHeaders.Reason] = "fault";
        headers[MessageHeaders.FaultMessage] = $"Received {message.EarlierDeliveries} times and never acknowledged: the delivery limit is reached.";
        return headers.ToJsonString();
    }

    private async Task<IReadOnlyList<InboundMessage>> ReceiveAsync(string queue, Guid owner, int limit, TimeSpan lease, bool inOrder)
    {
        _idleQueues.Saw(queue);
        while (true)
        {
            if (_ids.TryGetValue(queue, out var queueId))
                _signalsBeforeLook[queueId] = _signals.Next(queueId);
            var claimed = await _database.RunAsync(connection => ClaimAsync(connection, queue, limit, lease, inOrder), ReceivePatience);
            var messages = new List<InboundMessage>(claimed.Count);
            foreach (var (message, deliveryLimit) in claimed)
            {
                if (message.EarlierDeliveries >= deliveryLimit)
                    await MoveAsync(message.Lease, QueueFamily.ErrorQueue(queue), OverLimit(message));
                else
                    messages.Add(message);
            }

            foreach (var message in messages)
                _held[message.Lease] = owner;
            // Nothing but messages over their limit: there may be more behind them.
            if (messages.Count > 0 || claimed.Count == 0)
                return messages;
        }
    }

    private async Task<List<(InboundMessage Message, int DeliveryLimit)>> ClaimAsync(NpgsqlConnection connection, string queue, int limit, TimeSpan lease, bool inOrder)
    {
        var lockId = Guid.NewGuid();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                inOrder ? new NpgsqlBatchCommand(Sql.TurnToClaim) { Parameters = { Argument(queue) } } : new NpgsqlBatchCommand(Sql.HasteForClaim),
                new NpgsqlBatchCommand(Sql.ReleaseDue) { Parameters = { Argument(queue) } },
                new NpgsqlBatchCommand(inOrder ? Sql.ClaimInOrder : Sql.Claim) { Parameters = { Argument(queue), Argument(limit), Argument(lockId), Argument(lease) } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        var claimed = new List<(InboundMessage Message, int DeliveryLimit)>();
        while (await reader.ReadAsync())
            claimed.Add((ReadMessage(reader, lockId), reader.IsDBNull(11) ? int.MaxValue : reader.GetInt32(11)));
        while (await reader.NextResultAsync())
        {
        }

        // An update gives its rows in no order.
        claimed.Sort(static (a, b) => a.Message.Priority != b.Message.Priority
            ? a.Message.Priority.CompareTo(b.Message.Priority) : a.Message.Lease.MessageId.CompareTo(b.Message.Lease.MessageId));
        return claimed;
    }

    private async Task<bool> GiveAsync(Lease lease, string sql, params NpgsqlParameter[] arguments)
    {
        var queues = await QueryAsync(PostgresGroupWriter.Patience, sql, row => row.GetInt64(0), arguments);
        _notices.Tell(queues);
        return Forget(lease, queues.Count > 0);
    }

    private bool Forget(Lease lease, bool answer)
    {
        _held.TryRemove(lease, out _);
        return answer;
    }

    private Task<int> CountAsync(TimeSpan patience, string sql, params NpgsqlParameter[] arguments) => RunAsync(patience, sql, command => command.ExecuteNonQueryAsync(), arguments);

    private Task<List<T>> QueryAsync<T>(TimeSpan patience, string sql, Func<NpgsqlDataReader, T> read, params NpgsqlParameter[] arguments) => RunAsync(
        patience,
        sql,
        async command =>
        {
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<T>();
            while (await reader.ReadAsync())
                rows.Add(read(reader));
            return rows;
        },
        arguments);

    private Task<T> RunAsync<T>(TimeSpan patience, string sql, Func<NpgsqlCommand, Task<T>> execute, params NpgsqlParameter[] arguments) => _database.RunAsync(
        async connection =>
        {
            await using var command = Command(connection, sql, arguments);
            try
            {
                return await execute(command);
            }
            finally
            {
                // They belong to one command at a time, and there may be another attempt.
                command.Parameters.Clear();
            }
        },
        patience);
}
