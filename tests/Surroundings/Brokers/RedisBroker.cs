using System.Text;
using Flow.Transports.Queues;
using Flow.Transports.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Flow.Transports.Tests.Brokers;

/// <summary>Keys of its own on the Redis that <c>FLOW_TEST_REDIS</c> names.</summary>
public sealed class RedisBroker : TestBroker
{
    private readonly string _prefix = $"flow-test-{Guid.NewGuid():N}:";
    private Uri _uri = null!;
    private Relay _relay = null!;

    public override IReadOnlyDictionary<string, string?> Settings => SettingsFor(_uri.Host, _uri.Port);

    public override IReadOnlyDictionary<string, string?> UnreachableSettings => SettingsFor("127.0.0.1", _relay.Port);

    public override string UnreachableAddress => $"127.0.0.1:{_relay.Port}";

    /// <summary>What is between the server and those who use <see cref="UnreachableSettings"/>.</summary>
    internal Relay Relay => _relay;

    public override ValueTask StartAsync()
    {
        var server = Environment.GetEnvironmentVariable("FLOW_TEST_REDIS");
        Assert.SkipWhen(server is null, "set FLOW_TEST_REDIS or run ./test.sh");
        _uri = new Uri(server);
        _relay = new Relay(_uri.Host, _uri.Port);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ConnectAsync()
    {
        _relay.Open();
        return ValueTask.CompletedTask;
    }

    public override async Task SendRawAsync(TestHost host, string queue, string body, string? contentType, string? messageId = null)
    {
        await using var use = Open(Settings);
        var headers = messageId is null ? null : $$"""{"message-id":"{{messageId}}"}""";
        await use.Provider.SendAsync(
            queue,
            new OutboundMessage { TransportId = Guid.NewGuid(), Body = Encoding.UTF8.GetBytes(body), ContentType = contentType, TransportHeaders = headers });
    }

    public override async ValueTask DisposeAsync()
    {
        if (_uri is not null)
        {
            _relay.Dispose();
            await using var server = await ConnectionMultiplexer.ConnectAsync(SettingsOf(Settings).Options());
            await foreach (var key in server.GetServers()[0].KeysAsync(pattern: _prefix + "*"))
                await server.GetDatabase().KeyDeleteAsync(key);
        }

        await base.DisposeAsync();
    }

    internal static RedisSettings SettingsOf(IReadOnlyDictionary<string, string?> settings) =>
        RedisSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());

    internal static QueueProviderUse Open(IReadOnlyDictionary<string, string?> settings, TimeSpan? interval = null) =>
        RedisQueueProvider.Open(SettingsOf(settings), TimeProvider.System, NullLogger.Instance, interval);

    private Dictionary<string, string?> SettingsFor(string host, int port) => new()
    {
        ["Flow:Transport"] = "Redis",
        ["ConnectionStrings:Redis"] = new UriBuilder(_uri) { Host = host, Port = port }.Uri.ToString(),
        ["Flow:Redis:KeyPrefix"] = _prefix,
        ["Flow:Redis:RequireAof"] = "true",
    };
}
