using System.Collections.Concurrent;
using Flow.Transports.Queues;

namespace Flow.Transports.Redis;

/// <summary>Hears which queues have something to receive again.</summary>
internal sealed class RedisWakes
{
    private readonly RedisConnection _connection;
    private readonly QueueSignals _signals = new();
    private readonly ConcurrentDictionary<long, Lazy<Task>> _heard = new();

    public RedisWakes(RedisConnection connection)
    {
        _connection = connection;
        // Whatever was said meanwhile, nobody heard it.
        connection.Changed += (_, _) => _signals.Wake(_heard.Keys);
    }

    /// <summary>Ends when the wake-ups of the queue are heard.</summary>
    public async Task HearAsync(long queueId)
    {
        var hearing = _heard.GetOrAdd(queueId, id => new(() => _connection.SubscribeAsync($"wake:{id}", () => _signals.Wake(id))));
        try
        {
            await hearing.Value;
        }
        catch
        {
            _heard.TryRemove(new(queueId, hearing));
            throw;
        }
    }

    /// <summary>A task that ends at the next wake-up of a queue that is heard; to be taken before the queue is looked into.</summary>
    public Task Next(long queueId) => _signals.Next(queueId);
}
