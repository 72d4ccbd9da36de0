using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Flow.Transports.Redis;

/// <summary>
/// The way to the server: connects at the first use, again whenever the connection breaks, and looks each time whether the server keeps messages before anything is sent.
/// For any number of uses at once.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly RedisSettings _settings;
    private readonly ILogger _logger;
    private readonly RedisKey[] _root;
    private readonly Lazy<Task<ConnectionMultiplexer>> _multiplexer;
    private readonly Lock _gate = new();
    private Task? _check;

    public RedisConnection(RedisSettings settings, ConfigurationOptions options, ILogger? logger = null)
    {
        _settings = settings;
        _logger = logger ?? NullLogger.Instance;
        _root = [settings.Root];
        _multiplexer = new(() => ConnectAsync(options));
    }

    /// <summary>The connection broke or came back: what was published in between is missed.</summary>
    public event EventHandler? Changed;

    /// <summary>Runs one of <see cref="RedisQueueScripts"/>. It may have been done though the answer does not come.</summary>
    /// <exception cref="RedisException">No connection, or the server refuses.</exception>
    /// <exception cref="TimeoutException">No answer in time.</exception>
    /// <exception cref="RedisNotDurableException">The server would lose messages.</exception>
    public async Task<RedisResult> RunAsync(string script, params RedisValue[] arguments)
    {
        var database = (await _multiplexer.Value).GetDatabase();
        await CheckAsync(database);
        return await database.ScriptEvaluateAsync(script, _root, arguments);
    }

    public async Task SubscribeAsync(string name, Action received)
    {
        var subscriber = (await _multiplexer.Value).GetSubscriber();
        await subscriber.SubscribeAsync(RedisChannel.Literal(_settings.Root + name), (_, _) => received());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_multiplexer.IsValueCreated)
            return;
        try
        {
            await (await _multiplexer.Value).DisposeAsync();
        }
        catch (RedisException)
        {
            // It never was connected.
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions options)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        multiplexer.ConnectionFailed += (_, _) => Changed?.Invoke(this, EventArgs.Empty);
        multiplexer.ConnectionRestored += (_, _) =>
        {
            lock (_gate)
                _check = null;
            Changed?.Invoke(this, EventArgs.Empty);
        };
        return multiplexer;
    }

    private Task CheckAsync(IDatabase database)
    {
        lock (_gate)
        {
            if (_check is null or { IsCompleted: true, IsCompletedSuccessfully: false })
                _check = RedisDurability.CheckAsync(database, _settings, _logger);
            return _check;
        }
    }
}
