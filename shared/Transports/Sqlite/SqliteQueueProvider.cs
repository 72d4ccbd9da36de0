using System.Globalization;
using Flow.Sqlite;
using Flow.Transports.Queues;
using MassTransit;
using Microsoft.Data.Sqlite;
using Sql = Flow.Transports.Sqlite.SqliteQueueSchema;

namespace Flow.Transports.Sqlite;

/// <summary>
/// The queues in a SQLite file. One instance serves every bus of the process that uses the file, and ends with the last of them. What was sent has been
/// synced to disk. Made for one process a file: a second one works, but is woken by looking only, and its locks are waited out instead of being cleared at start.
/// </summary>
internal sealed class SqliteQueueProvider : IQueueProvider, IAsyncDisposable
{
    private const int NoDeliveryLimit = int.MaxValue;

    private readonly TimeProvider _time;
    private readonly SqliteGroupWriter _writer;
    private readonly SqliteSession _reader;
    private readonly Lock _reading = new();
    private readonly QueueSignals _signals = new();
    private readonly SoleOwner? _soleOwner;
    private readonly IdleQueueSweeper _sweeper;

    private SqliteQueueProvider(SqliteFile file, TimeProvider time, SoleOwner? soleOwner)
    {
        _time = time;
        _writer = new SqliteGroupWriter(file);
        _reader = new SqliteSession(file.Open());
        _soleOwner = soleOwner;
        _sweeper = new IdleQueueSweeper(_writer, time);
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>The provider for a file. Dispose what is returned; the last one to do so closes the file.</summary>
    /// <exception cref="SqliteException">The file cannot be opened or written.</exception>
    public static QueueProviderUse Acquire(SqliteFile file, TimeProvider time) => SharedProviders.Acquire(file.Path, () => Open(file, time));

    public Task<long> CreateQueueAsync(QueueSpec queue) => _writer.WriteAsync(session => (long)session.Scalar(
        Sql.DeclareQueue, ("$name", queue.Name), ("$limit", queue.DeliveryLimit), ("$idle", queue.DeleteAfterIdle), ("$now", Now))!);

    public Task BindAsync(TopicBinding binding) => _writer.WriteAsync(session => session.Execute(
        Sql.Bind, ("$topic", binding.Topic), ("$destination", binding.Destination), ("$toTopic", binding.ToTopic), ("$key", binding.RoutingKey)));

    public async Task<bool> SendAsync(string queue, OutboundMessage message) => await StoreAsync(Sql.Send, queue, message) > 0;

    public Task<IReadOnlyList<string>> ListFilledAsync() => Task.FromResult<IReadOnlyList<string>>(Read(session => session.Query(Sql.ListFilled, row => row.GetString(0))));

    public Task PublishAsync(string topic, OutboundMessage message) => StoreAsync(Sql.Publish, topic, message);

    public async Task<IReadOnlyList<InboundMessage>> ReceiveAsync(string queue, Guid owner, int limit, TimeSpan lease)
    {
        _sweeper.Saw(queue);
        if (!Read(session => IsTrue(session.Scalar(Sql.AnythingDue, ("$queue", queue), ("$now", Now)))))
            return [];
        var messages = await _writer.WriteAsync(session => Receive(session, queue, owner, limit, lease));
        // Something is due and yet nothing can be had: it is over its limit, and must not keep the receiver awake.
        if (messages.Count == 0)
            await SweepAsync(queue);
        return messages;
    }

    public async Task WaitAsync(long queueId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var signal = _signals.Next(queueId);
        var (due, exists) = Read(session => session.Query(Sql.NextDue, row => (row.IsDBNull(0) ? (long?)null : row.GetInt64(0), row.GetBoolean(1)), ("$queue", queueId)))[0];
        // The endpoint declares it again.
        if (!exists)
            throw new ConnectionException($"The queue with the id {queueId} was deleted.");
        if (due is { } at && DateTimeOffset.FromUnixTimeMilliseconds(at) - Now is var wait && wait < timeout)
            timeout = wait;
        if (timeout <= TimeSpan.Zero)
            return;
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(signal, Task.Delay(timeout, _time, abandoned.Token));
        await abandoned.CancelAsync();
    }

    /// <summary>As <see cref="IBrokerQueues.DeleteAsync"/>; also a message that somebody has in hand is one that the queue holds.</summary>
    public async Task<bool> DeleteAsync(IReadOnlyList<string> queues)
    {
        var deleted = await _writer.WriteAsync(session =>
        {
            if (queues.Any(queue => IsTrue(session.Scalar(Sql.Holds, ("$queue", queue)))))
                return null;
            foreach (var queue in queues)
                session.Execute(Sql.Unbind, ("$queue", queue));
            return queues.SelectMany(queue => session.Query(Sql.DeleteQueue, QueueId, ("$queue", queue))).ToList();
        });
        _signals.Wake(deleted ?? []);
        return deleted is not null;
    }

    public async Task<bool> AcknowledgeAsync(Lease lease) =>
        await _writer.WriteAsync(session => session.Execute(Sql.Acknowledge, ("$id", lease.MessageId), ("$lock", lease.LockId))) > 0;

    public async Task<bool> ExtendAsync(Lease lease, TimeSpan duration) => await _writer.WriteAsync(session => session.Execute(
        Sql.Extend, ("$id", lease.MessageId), ("$lock", lease.LockId), ("$until", Now + duration))) > 0;

    public async Task<bool> ReleaseAsync(Lease lease, TimeSpan delay, string? transportHeaders)
    {
        var queues = await _writer.WriteAsync(session => session.Query(
            Sql.Release, QueueId, ("$id", lease.MessageId), ("$lock", lease.LockId), ("$until", Now + delay), ("$headers", transportHeaders)));
        _signals.Wake(queues);
        return queues.Count > 0;
    }

    public async Task<bool> MoveAsync(Lease lease, string queue, string? transportHeaders)
    {
        var (queueId, moved) = await _writer.WriteAsync(session =>
        {
            var id = FindOrCreate(session, queue);
            return (id, session.Execute(
                Sql.Move, ("$queue", id), ("$id", lease.MessageId), ("$lock", lease.LockId), ("$now", Now), ("$headers", transportHeaders)));
        });
        _signals.Wake(queueId);
        return moved > 0;
    }

    public async Task<bool> CancelAsync(Guid cancelToken) =>
        await _writer.WriteAsync(session => session.Execute(Sql.Cancel, ("$token", cancelToken), ("$now", Now))) > 0;

    public async Task<long> PurgeAsync(string queue) => await _writer.WriteAsync(session => session.Execute(Sql.Purge, ("$queue", queue)));

    public async Task<int> SweepAsync(string queue)
    {
        if (!Read(session => IsTrue(session.Scalar(Sql.OverLimit, ("$queue", queue), ("$now", Now)))))
            return 0;
        var (errorQueue, moved) = await _writer.WriteAsync(session =>
        {
            var id = FindOrCreate(session, QueueFamily.ErrorQueue(queue));
            return (id, session.Execute(Sql.MoveOverLimit, ("$errorQueue", id), ("$queue", queue), ("$now", Now)));
        });
        _signals.Wake(errorQueue);
        return moved;
    }

    public Task TouchAsync(string queue) => _writer.WriteAsync(session => session.Execute(Sql.Touch, ("$queue", queue), ("$now", Now)));

    public async Task ReleaseAllAsync(Guid owner) =>
        _signals.Wake(await _writer.WriteAsync(session => session.Query(Sql.ReleaseAll, QueueId, ("$owner", owner), ("$now", Now))));

    public async ValueTask DisposeAsync()
    {
        await _sweeper.DisposeAsync();
        await _writer.DisposeAsync();
        _reader.Dispose();
        _soleOwner?.Dispose();
    }

    private static SqliteQueueProvider Open(SqliteFile file, TimeProvider time)
    {
        using var session = new SqliteSession(file.Open());
        session.Execute(Sql.Create);
        var soleOwner = SoleOwner.TryBecome(file);
        // Nobody else has the file: whoever held these messages is dead.
        if (soleOwner is not null)
            session.Execute(Sql.ReleaseEverything, ("$now", time.GetUtcNow()));
        return new SqliteQueueProvider(file, time, soleOwner);
    }

    private static bool IsTrue(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture) != 0;

    private static long QueueId(SqliteDataReader row) => row.GetInt64(0);

    private async Task<int> StoreAsync(string sql, string destination, OutboundMessage message)
    {
        var now = Now;
        var queues = await _writer.WriteAsync(session => session.Query(
            sql, QueueId, ("$destination", destination), ("$priority", message.Priority), ("$visibleAt", now + message.Delay), ("$token", message.CancelToken),
            ("$now", now), ("$expiresAt", now + message.Delay + message.TimeToLive), ("$transportId", message.TransportId), ("$key", message.RoutingKey),
            ("$contentType", message.ContentType), ("$headers", message.TransportHeaders), ("$body", message.Body)));
        _signals.Wake(queues);
        return queues.Count;
    }

    private List<InboundMessage> Receive(SqliteSession session, string queue, Guid owner, int limit, TimeSpan lease)
    {
        var lockId = Guid.NewGuid();
        var now = Now;
        var messages = session.Query(
            Sql.Receive, row => ReadMessage(row, lockId),
            ("$queue", queue), ("$lock", lockId), ("$owner", owner), ("$now", now), ("$until", now + lease), ("$limit", limit));
        // SQLite gives the updated rows in no order.
        messages.Sort(static (a, b) => a.Priority != b.Priority ? a.Priority.CompareTo(b.Priority) : a.Lease.MessageId.CompareTo(b.Lease.MessageId));
        return messages;
    }

    private static InboundMessage ReadMessage(SqliteDataReader row, Guid lockId) => new()
    {
        Lease = new Lease(lockId, row.GetInt64(0)),
        TransportId = new Guid(row.GetFieldValue<byte[]>(1)),
        EarlierDeliveries = row.GetInt32(2) - 1,
        Priority = row.GetInt16(3),
        SentAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        ExpiresAt = row.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
        ContentType = row.IsDBNull(6) ? null : row.GetString(6),
        RoutingKey = row.IsDBNull(7) ? null : row.GetString(7),
        TransportHeaders = row.IsDBNull(8) ? null : row.GetString(8),
        Body = row.GetFieldValue<byte[]>(9),
    };

    private long FindOrCreate(SqliteSession session, string queue) => (long)session.Scalar(
        Sql.CreateQueue, ("$name", queue), ("$limit", NoDeliveryLimit), ("$idle", null), ("$now", Now))!;

    private T Read<T>(Func<SqliteSession, T> read)
    {
        lock (_reading)
            return read(_reader);
    }
}
