using System.Collections.Concurrent;
using Flow.Transports.Queues;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Flow.Transports.Redis;

/// <summary>
/// Says at intervals that the owners of this process live, gives back what owners hold who have not been heard of for four intervals, and deletes temporary queues that nobody
/// receives from. So the messages of a process that was killed are with others long before their leases end.
/// </summary>
internal sealed class RedisHousekeeping : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, bool> _owners = new();
    private readonly RedisConnection _connection;
    private readonly TimeSpan _interval;
    private readonly ILogger _logger;
    private readonly Upkeep _upkeep;

    public RedisHousekeeping(RedisConnection connection, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        _connection = connection;
        _interval = interval;
        _logger = logger;
        _upkeep = new Upkeep(interval, time, KeepAsync);
    }

    /// <summary>After how long without a word an owner is dead.</summary>
    public long OwnerMilliseconds => (long)_interval.TotalMilliseconds * 4;

    public void Add(Guid owner) => _owners.TryAdd(owner, true);

    /// <summary>False: there is no such owner here.</summary>
    public bool Remove(Guid owner) => _owners.TryRemove(owner, out _);

    public ValueTask DisposeAsync() => _upkeep.DisposeAsync();

    private async Task KeepAsync(CancellationToken closing)
    {
        try
        {
            RedisValue[] arguments = [OwnerMilliseconds, .. _owners.Keys.Select(owner => (RedisValue)owner.ToString("N"))];
            while ((bool)await _connection.RunAsync(RedisQueueScripts.Keep, arguments).WaitAsync(closing))
            {
                // There is more to delete.
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            if (!InfrastructureFault.IsTransient(exception))
                _logger.LogWarning(exception, "The queues in Redis could not be looked after; trying again.");
        }
    }
}
