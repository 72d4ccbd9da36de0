using System.Text.Json;
using System.Text.Json.Nodes;
using Flow.Transports.DeadLetters;
using Flow.Transports.Queues;
using MassTransit;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using Scripts = Flow.Transports.Redis.RedisQueueScripts;

namespace Flow.Transports.Redis;

/// <summary>
/// The queues in a Redis server, for any number of processes. What was sent is as durable as the server's append-only file; see <see cref="RedisDurability"/>.
/// </summary>
internal sealed class RedisQueueProvider : IQueueProvider, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly RedisConnection _connection;
    private readonly RedisWakes _wakes;
    private readonly RedisHousekeeping _housekeeping;

    private RedisQueueProvider(RedisSettings settings, TimeProvider time, ILogger logger, TimeSpan interval)
    {
        _time = time;
        _connection = new RedisConnection(settings, settings.Options(), logger);
        _wakes = new RedisWakes(_connection);
        _housekeeping = new RedisHousekeeping(_connection, interval, time, logger);
    }

    /// <summary>A provider of its own, which connects at its first use.</summary>
    /// <param name="settings">Where the server is.</param>
    /// <param name="time">What waits are measured by; leases and delays go by the server's clock.</param>
    /// <param name="logger">Hears what the server may lose.</param>
    /// <param name="interval">How often the process says that it lives (default 5 s); its messages are given back when it has not for four times that.</param>
    public static QueueProviderUse Open(RedisSettings settings, TimeProvider time, ILogger logger, TimeSpan? interval = null)
    {
        var provider = new RedisQueueProvider(settings, time, logger, interval ?? Interval);
        return new QueueProviderUse(provider, provider.DisposeAsync);
    }

    public async Task<long> CreateQueueAsync(QueueSpec queue) =>
        (long)await _connection.RunAsync(Scripts.DeclareQueue, queue.Name, queue.DeliveryLimit, queue.DeleteAfterIdle is { } idle ? Milliseconds(idle) : RedisValue.EmptyString);

    public Task BindAsync(TopicBinding binding)
    {
        string[] parts = [binding.ToTopic ? "topic" : "queue", binding.Destination, .. binding.RoutingKey is { } key ? [key] : Array.Empty<string>()];
        return _connection.RunAsync(Scripts.Bind, binding.Topic, JsonSerializer.Serialize(parts), binding.ToTopic ? string.Empty : binding.Destination);
    }

    public async Task<bool> SendAsync(string queue, OutboundMessage message) => (bool)await StoreAsync(Scripts.Send, queue, message);

    public Task PublishAsync(string topic, OutboundMessage message) => StoreAsync(Scripts.Publish, topic, message);

    public async Task<IReadOnlyList<string>> ListFilledAsync() => [.. ((string[])(await _connection.RunAsync(Scripts.ListFilled))!).Order(StringComparer.Ordinal)];

    public async Task<IReadOnlyList<InboundMessage>> ReceiveAsync(string queue, Guid owner, int limit, TimeSpan lease)
    {
        _housekeeping.Add(owner);
        var lockId = Guid.NewGuid();
        var received = await _connection.RunAsync(
            Scripts.Receive, queue, owner.ToString("N"), _housekeeping.OwnerMilliseconds, lockId.ToString("N"), limit, Milliseconds(lease));
        if (received.IsNull)
            throw Gone($"'{queue}'");
        return [.. ((RedisResult[])received!).Select(row => ReadMessage(row, lockId))];
    }

    public async Task WaitAsync(long queueId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await _wakes.HearAsync(queueId);
        var wake = _wakes.Next(queueId);
        var due = await _connection.RunAsync(Scripts.NextDue, queueId);
        if ((long?)due < 0)
            throw Gone($"with the id {queueId}");
        if (!due.IsNull && TimeSpan.FromMilliseconds((long)due) is var wait && wait < timeout)
            timeout = wait;
        if (timeout <= TimeSpan.Zero)
            return;
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(wake, Task.Delay(timeout, _time, abandoned.Token));
        await abandoned.CancelAsync();
    }

    public async Task<bool> AcknowledgeAsync(Lease lease) => (bool)await _connection.RunAsync(Scripts.Acknowledge, Id(lease), LockOf(lease));

    public async Task<bool> ExtendAsync(Lease lease, TimeSpan duration)
    {
        try
        {
            return (bool)await _connection.RunAsync(Scripts.Extend, Id(lease), LockOf(lease), Milliseconds(duration));
        }
        catch (RedisConnectionException exception)
        {
            // The engine goes on renewing after a timeout only; the connection may be back before the lease ends.
            throw new TimeoutException(exception.Message, exception);
        }
    }

    public async Task<bool> ReleaseAsync(Lease lease, TimeSpan delay, string? transportHeaders) =>
        (bool)await _connection.RunAsync(Scripts.Release, Id(lease), LockOf(lease), Milliseconds(delay), Text(transportHeaders));

    public async Task<bool> MoveAsync(Lease lease, string queue, string? transportHeaders) =>
        (bool)await _connection.RunAsync(Scripts.Move, Id(lease), LockOf(lease), queue, Text(transportHeaders));

    public async Task<bool> CancelAsync(Guid cancelToken) => (long)await _connection.RunAsync(Scripts.Cancel, cancelToken.ToString("N")) > 0;

    public async Task<long> PurgeAsync(string queue)
    {
        var purged = 0L;
        while ((long)await _connection.RunAsync(Scripts.Purge, queue) is > 0 and var some)
            purged += some;
        return purged;
    }

    public async Task<int> SweepAsync(string queue) => (int)await _connection.RunAsync(Scripts.Sweep, queue);

    public Task TouchAsync(string queue) => _connection.RunAsync(Scripts.Touch, queue);

    public async Task ReleaseAllAsync(Guid owner)
    {
        if (!_housekeeping.Remove(owner))
            return;
        try
        {
            await _connection.RunAsync(Scripts.ReleaseAll, owner.ToString("N"));
        }
        catch (Exception exception) when (InfrastructureFault.IsTransient(exception))
        {
            // Others give it back, as this owner is not heard of any more.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _housekeeping.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>The receiver starts anew then, and declares it.</summary>
    private static InvalidOperationException Gone(string queue) => new($"The queue {queue} is not in Redis any more: it was idle for too long, or it was deleted.");

    private static RedisValue Milliseconds(TimeSpan duration) => (long)Math.Ceiling(duration.TotalMilliseconds);

    private static RedisValue Id(Lease lease) => lease.MessageId.ToString("D16");

    private static RedisValue LockOf(Lease lease) => lease.LockId.ToString("N");

    private static RedisValue Text(string? text) => text ?? string.Empty;

    private Task<RedisResult> StoreAsync(string script, string destination, OutboundMessage message) => _connection.RunAsync(
        script, destination, message.TransportId.ToString("N"), (int)message.Priority, Milliseconds(message.Delay),
        message.TimeToLive is { } timeToLive ? Milliseconds(timeToLive) : RedisValue.EmptyString, Text(message.CancelToken?.ToString("N")), Text(message.RoutingKey),
        Text(message.ContentType), Text(message.TransportHeaders), message.Body);

    private static InboundMessage ReadMessage(RedisResult row, Guid lockId)
    {
        var fields = (RedisValue[])row[1]!;
        return new InboundMessage
        {
            Lease = new Lease(lockId, (long)row[0]),
            TransportId = Guid.Parse((string)fields[0]!),
            EarlierDeliveries = (int)fields[1] - 1,
            Priority = (short)(int)fields[2],
            SentAt = DateTimeOffset.FromUnixTimeMilliseconds((long)fields[3]),
            ExpiresAt = (long?)fields[4] is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null,
            ContentType = fields[5],
            RoutingKey = fields[6],
            TransportHeaders = (int?)fields[8] is { } deliveries ? OverLimit(fields[7], deliveries) : fields[7],
            Body = fields[9]!,
        };
    }

    private static string OverLimit(string? transportHeaders, int deliveries)
    {
        var headers = transportHeaders is null ? [] : (JsonObject)JsonNode.Parse(transportHeaders)!;
        headers[AsideHeaders.Deliveries] = deliveries;
        headers[MessageHeaders.Reason] = "fault";
        headers[MessageHeaders.FaultMessage] = $"Received {deliveries} times and never acknowledged: the delivery limit is reached.";
        return headers.ToJsonString();
    }
}
