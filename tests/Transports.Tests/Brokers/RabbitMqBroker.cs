using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using RabbitMQ.Client;

namespace Flow.Transports.Tests.Brokers;

/// <summary>A virtual host of its own on the RabbitMQ that <c>FLOW_TEST_RABBITMQ</c> names.</summary>
public sealed class RabbitMqBroker : TestBroker
{
    private readonly string _virtualHost = $"flow-transports-{Guid.NewGuid():N}";
    private Uri _uri = null!;
    private Relay _relay = null!;
    private HttpClient _management = null!;

    public override IReadOnlyDictionary<string, string?> Settings => SettingsFor(_uri.Host, _uri.Port);

    public override IReadOnlyDictionary<string, string?> UnreachableSettings => SettingsFor("127.0.0.1", _relay.Port);

    public override string UnreachableAddress => $"127.0.0.1:{_relay.Port}";

    internal HttpClient Management => _management;

    internal string VirtualHost => _virtualHost;

    public override string? WhyNot(Capability capability) => capability switch
    {
        Capability.Delay or Capability.Cancellation => "RabbitMQ delays by a plugin that Flow does not ask for; Flow's timers are in the database",
        Capability.Leases => "RabbitMQ holds a message for its consumer as long as the connection lives; there is no lease to renew",
        Capability.Priority => "quorum queues of RabbitMQ 3 have no priorities",
        _ => null,
    };

    public override async ValueTask StartAsync()
    {
        var broker = Environment.GetEnvironmentVariable("FLOW_TEST_RABBITMQ");
        var management = Environment.GetEnvironmentVariable("FLOW_TEST_RABBITMQ_MANAGEMENT");
        Assert.SkipWhen(broker is null || management is null, "set FLOW_TEST_RABBITMQ and FLOW_TEST_RABBITMQ_MANAGEMENT or run ./test.sh");
        _uri = new Uri(broker);
        _relay = new Relay(_uri.Host, _uri.Port);
        var managementUri = new Uri(management);
        _management = new HttpClient { BaseAddress = new Uri(managementUri.GetLeftPart(UriPartial.Authority).Replace(managementUri.UserInfo + "@", string.Empty, StringComparison.Ordinal)) };
        var user = managementUri.UserInfo.Length > 0 ? Uri.UnescapeDataString(managementUri.UserInfo) : "guest:guest";
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
        (await _management.PutAsJsonAsync($"api/vhosts/{_virtualHost}", new { })).EnsureSuccessStatusCode();
        (await _management.PutAsJsonAsync(
            $"api/permissions/{_virtualHost}/{UserName}", new { configure = ".*", write = ".*", read = ".*" })).EnsureSuccessStatusCode();
    }

    public override ValueTask ConnectAsync()
    {
        _relay.Open();
        return ValueTask.CompletedTask;
    }

    public override async Task SendRawAsync(TestHost host, string queue, string body, string? contentType, string? messageId = null)
    {
        var factory = new ConnectionFactory { Uri = _uri, VirtualHost = _virtualHost };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var properties = new BasicProperties { Persistent = true };
        if (contentType is not null)
            properties.ContentType = contentType;
        if (messageId is not null)
            properties.MessageId = messageId;
        await channel.BasicPublishAsync(string.Empty, queue, mandatory: true, properties, Encoding.UTF8.GetBytes(body));
    }

    public override async ValueTask DisposeAsync()
    {
        _relay?.Dispose();
        if (_management is not null)
        {
            (await _management.DeleteAsync(new Uri($"api/vhosts/{_virtualHost}", UriKind.Relative))).EnsureSuccessStatusCode();
            _management.Dispose();
        }

        await base.DisposeAsync();
    }

    private string UserName => _uri.UserInfo.Length > 0 ? Uri.UnescapeDataString(_uri.UserInfo.Split(':')[0]) : "guest";

    private Dictionary<string, string?> SettingsFor(string host, int port) => new()
    {
        ["Flow:Transport"] = "RabbitMq",
        ["ConnectionStrings:RabbitMq"] = $"amqp://{(_uri.UserInfo.Length > 0 ? _uri.UserInfo : "guest:guest")}@{host}:{port}/{_virtualHost}",
    };
}
