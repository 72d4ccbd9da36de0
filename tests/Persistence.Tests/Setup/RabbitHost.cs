using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Flow.Persistence.Tests;

/// <summary>A virtual host of its own on the real RabbitMQ.</summary>
public sealed class RabbitHost : IAsyncDisposable
{
    private readonly string _name = $"persistence-{Guid.NewGuid():N}";
    private readonly HttpClient _management;

    private RabbitHost(Uri broker, Uri management)
    {
        Uri = new UriBuilder(broker) { Path = _name }.Uri;
        _management = new HttpClient { BaseAddress = new UriBuilder(management) { UserName = "", Password = "", Path = "/api/" }.Uri };
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(string.IsNullOrEmpty(management.UserInfo) ? "guest:guest" : management.UserInfo)));
    }

    public Uri Uri { get; }

    public static async Task<RabbitHost> CreateAsync()
    {
        var broker = Environment.GetEnvironmentVariable("FLOW_TEST_RABBITMQ");
        var management = Environment.GetEnvironmentVariable("FLOW_TEST_RABBITMQ_MANAGEMENT");
        Assert.SkipWhen(string.IsNullOrEmpty(broker), "set FLOW_TEST_RABBITMQ or run ./test.sh");
        Assert.SkipWhen(string.IsNullOrEmpty(management), "set FLOW_TEST_RABBITMQ_MANAGEMENT or run ./test.sh");
        var host = new RabbitHost(new Uri(broker!), new Uri(management!));
        (await host._management.PutAsync($"vhosts/{host._name}", null)).EnsureSuccessStatusCode();
        var user = new Uri(broker!).UserInfo.Split(':')[0];
        (await host._management.PutAsJsonAsync($"permissions/{host._name}/{user}", new { configure = ".*", write = ".*", read = ".*" })).EnsureSuccessStatusCode();
        return host;
    }

    public async Task<bool> HasQueueAsync(string queue) =>
        (await _management.GetAsync($"queues/{_name}/{queue}")).StatusCode != HttpStatusCode.NotFound;

    public async ValueTask DisposeAsync()
    {
        await _management.DeleteAsync($"vhosts/{_name}");
        _management.Dispose();
    }
}
