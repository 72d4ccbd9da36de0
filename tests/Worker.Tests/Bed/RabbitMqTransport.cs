using System.Net.Http.Headers;
using System.Text;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Flow.Worker.Tests.Bed;

/// <summary>A virtual host of its own on the RabbitMQ that the environment names.</summary>
internal sealed class RabbitMqTransport : Transport
{
    private const string UriVariable = "FLOW_TEST_RABBITMQ";
    private const string ManagementVariable = "FLOW_TEST_RABBITMQ_MANAGEMENT";

    private readonly HttpClient _management;
    private readonly string _virtualHost = $"flow-worker-{Guid.NewGuid():n}";
    private readonly Uri _server;
    private IConnection? _watching;

    private RabbitMqTransport(Uri server, Uri management)
    {
        _server = server;
        _management = new HttpClient { BaseAddress = new Uri(management.GetLeftPart(UriPartial.Authority)) };
        var user = management.UserInfo.Length > 0 ? Uri.UnescapeDataString(management.UserInfo) : "guest:guest";
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
    }

    public Uri Uri => new UriBuilder(_server) { Path = _virtualHost }.Uri;

    public override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Flow:Transport"] = "RabbitMq",
        ["ConnectionStrings:RabbitMq"] = Uri.ToString(),
    };

    public static async Task<RabbitMqTransport> CreateAsync()
    {
        var server = Environment.GetEnvironmentVariable(UriVariable);
        var management = Environment.GetEnvironmentVariable(ManagementVariable);
        Assert.SkipWhen(string.IsNullOrEmpty(server), $"set {UriVariable} or run ./test.sh");
        Assert.SkipWhen(string.IsNullOrEmpty(management), $"set {ManagementVariable} or run ./test.sh");
        var transport = new RabbitMqTransport(new Uri(server), new Uri(management));
        (await transport._management.PutAsync(transport.Path("vhosts"), JsonContent("{}"))).EnsureSuccessStatusCode();
        var user = server.Contains('@', StringComparison.Ordinal) ? new Uri(server).UserInfo.Split(':')[0] : "guest";
        (await transport._management.PutAsync(new Uri($"/api/permissions/{transport._virtualHost}/{user}", UriKind.Relative), JsonContent("""{"configure":".*","write":".*","read":".*"}""")))
            .EnsureSuccessStatusCode();
        return transport;
    }

    /// <summary>A client that knows nothing of MassTransit.</summary>
    public async Task<IConnection> ConnectAsync() => await new ConnectionFactory { Uri = Uri }.CreateConnectionAsync();

    /// <summary>As a foreign client: an endpoint of ours would declare the queue as one of its own.</summary>
    public override async Task Watch(string queue, IReceiveEndpointConnector connector, Action<SetAside> found)
    {
        _watching ??= await ConnectAsync();
        var channel = await _watching.CreateChannelAsync();
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" });
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            found(new SetAside(queue, Encoding.UTF8.GetString(message.Body.Span), Header(message, "MT-Fault-Message") ?? Header(message, "MT-Reason")));
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_watching is not null)
            await _watching.DisposeAsync();
        await _management.DeleteAsync(Path("vhosts"));
        _management.Dispose();
    }

    private static string? Header(BasicDeliverEventArgs message, string name) =>
        message.BasicProperties.Headers?.TryGetValue(name, out var value) == true && value is byte[] text ? Encoding.UTF8.GetString(text) : null;

    private static StringContent JsonContent(string json) => new(json, Encoding.UTF8, "application/json");

    private Uri Path(string kind) => new($"/api/{kind}/{_virtualHost}", UriKind.Relative);
}
