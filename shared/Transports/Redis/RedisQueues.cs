using StackExchange.Redis;

namespace Flow.Transports.Redis;

/// <summary>Reads the queues of a Redis server, and deletes them. The oldest message is told of those that could be received: not of delayed ones.</summary>
internal sealed class RedisQueues(RedisSettings settings) : IBrokerQueues, IAsyncDisposable
{
    private readonly RedisConnection _connection = new(settings, settings.Options());

    public async Task<IReadOnlyDictionary<string, BrokerQueue>> LookAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var rows = (RedisResult[]?)await _connection.RunAsync(RedisQueueScripts.Look, [.. queues.Select(queue => (RedisValue)queue)]).WaitAsync(cancellationToken);
        return rows!.ToDictionary(
            row => (string)row[0]!, row => new BrokerQueue((long)row[1], (long?)row[2] is { } sent ? DateTimeOffset.FromUnixTimeMilliseconds(sent) : null), StringComparer.Ordinal);
    }

    public bool CanDelete => true;

    /// <summary>Also a message that somebody has in hand is one that the queue holds.</summary>
    public async Task<bool> DeleteAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        (bool)await _connection.RunAsync(RedisQueueScripts.Delete, [.. queues.Select(queue => (RedisValue)queue)]).WaitAsync(cancellationToken);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
