using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Npgsql;

namespace Flow.Cli.Tests;

/// <summary>A virtual host and a database of its own on the servers of the environment, and the settings that name them.</summary>
public sealed class BrokerHost : IAsyncDisposable
{
    private readonly string _name = $"flow-cli-{Guid.NewGuid():N}";
    private readonly string _postgres;
    private readonly HttpClient _management;

    private BrokerHost(string broker, string management, string postgres)
    {
        var url = new Uri(management);
        _postgres = postgres;
        _management = new HttpClient { BaseAddress = new Uri(url.GetLeftPart(UriPartial.Authority).Replace(url.UserInfo + "@", "", StringComparison.Ordinal)) };
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo))));
        Settings = new()
        {
            ["Flow__Transport"] = "RabbitMq",
            ["ConnectionStrings__RabbitMq"] = new UriBuilder(broker) { Path = _name }.Uri.ToString(),
            ["Flow__RabbitMq__ManagementUrl"] = management,
            ["ConnectionStrings__Flow"] = $"{postgres};Database={_name}",
        };
    }

    /// <summary>As environment variables.</summary>
    public Dictionary<string, string> Settings { get; }

    public string VirtualHost => _name;

    /// <summary>Makes the virtual host; the database is left to <c>flow db migrate</c>.</summary>
    public static async Task<BrokerHost> CreateAsync()
    {
        var (broker, management, postgres) = (Environment.GetEnvironmentVariable("FLOW_TEST_RABBITMQ"), Environment.GetEnvironmentVariable("FLOW_TEST_RABBITMQ_MANAGEMENT"), Environment.GetEnvironmentVariable("FLOW_TEST_POSTGRES"));
        Assert.SkipWhen(broker is null || management is null || postgres is null, "set FLOW_TEST_RABBITMQ, FLOW_TEST_RABBITMQ_MANAGEMENT and FLOW_TEST_POSTGRES or run ./test.sh");
        var host = new BrokerHost(broker, management, postgres);
        (await host._management.PutAsJsonAsync($"api/vhosts/{host._name}", new { })).EnsureSuccessStatusCode();
        return host;
    }

    public Task<Outcome> RunAsync(params string[] args) => FlowCli.RunAsync(args, environment: Settings);

    public async Task ImportAsync(string definitions)
    {
        using var body = new StringContent(definitions, Encoding.UTF8, "application/json");
        var answer = await _management.PostAsync(new Uri("api/definitions", UriKind.Relative), body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    public async Task DeleteQueueAsync(string queue) => (await _management.DeleteAsync(new Uri($"api/queues/{_name}/{queue}", UriKind.Relative))).EnsureSuccessStatusCode();

    public async Task SetPolicyAsync(string name, object definition) =>
        (await _management.PutAsJsonAsync($"api/policies/{_name}/{name}", new { pattern = "^flow-", definition, priority = 1 })).EnsureSuccessStatusCode();

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{_postgres};Database={_name};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _management.DeleteAsync(new Uri($"api/vhosts/{_name}", UriKind.Relative));
        _management.Dispose();
        await using var connection = new NpgsqlConnection($"{_postgres};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS \"{_name}\" WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync();
    }
}
