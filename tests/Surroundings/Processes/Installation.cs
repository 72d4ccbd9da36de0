using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Flow.Contracts.Api;
using Npgsql;

namespace Flow.Tests;

/// <summary>
/// Flow as a team would run it: separate processes on a PostgreSQL database and a RabbitMQ virtual host of its own.
/// </summary>
internal sealed class Installation : IAsyncDisposable
{
    private readonly List<FlowProcess> _processes = [];
    private readonly string _name = $"flow-e2e-{Guid.NewGuid():N}"[..20];
    private readonly Servers _servers;
    private readonly HttpClient _management;

    private Installation(Servers servers)
    {
        _servers = servers;
        var management = servers.Management;
        _management = new HttpClient { BaseAddress = new Uri(management.GetLeftPart(UriPartial.Authority)) };
        var user = management.UserInfo.Length > 0 ? management.UserInfo : "guest:guest";
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
        Settings = new Dictionary<string, string>
        {
            ["Flow__Transport"] = "RabbitMq",
            ["ConnectionStrings__RabbitMq"] = BrokerUri.ToString(),
            ["ConnectionStrings__Flow"] = $"{servers.Postgres};Database={_name}",
        };
    }

    /// <summary>Settings every process starts with.</summary>
    public Dictionary<string, string> Settings { get; }

    /// <summary>The virtual host, as an AMQP URI.</summary>
    public Uri BrokerUri => new UriBuilder(_servers.RabbitMq) { Path = "/" + _name }.Uri;

    public string ConnectionString => Settings["ConnectionStrings__Flow"];

    /// <summary>Its database, with the tables of today unless they are to come later, and its virtual host, on the servers of the environment or on these.</summary>
    public static async Task<Installation> CreateAsync(Servers? servers = null, bool migrate = true)
    {
        var installation = new Installation(servers ?? Servers.FromEnvironment());
        await using var admin = new NpgsqlConnection($"{installation._servers.Postgres};Database=postgres");
        await admin.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE \"{installation._name}\"", admin);
        await create.ExecuteNonQueryAsync();
        (await installation._management.PutAsync($"/api/vhosts/{installation._name}", null)).EnsureSuccessStatusCode();
        if (migrate)
            await installation.MigrateAsync();
        return installation;
    }

    /// <summary>Starts an orchestrator, with these settings beside <see cref="Settings"/>.</summary>
    public FlowProcess Orchestrator(params (string Name, string Value)[] settings) => Start("services/orchestrator", "Flow.Orchestrator", settings);

    /// <summary>Starts a stock worker, with these settings beside <see cref="Settings"/>.</summary>
    public FlowProcess Worker(params (string Name, string Value)[] settings) => Start("services/worker", "Flow.StockWorker", settings);

    public FlowProcess Start(string folder, string assembly, (string Name, string Value)[] settings, params string[] arguments) => Add(FlowProcess.Start(
        folder,
        assembly,
        [.. Settings, .. settings.Select(s => KeyValuePair.Create(s.Name, s.Value))],
        arguments));

    public FlowProcess Monitor() => Add(FlowProcess.Start("services/monitor", "Flow.Monitor", Settings));

    public async Task RegisterAsync(FlowProcess orchestrator, string name, string definition)
    {
        using var body = new StringContent(definition, Encoding.UTF8, "application/json");
        var answer = await orchestrator.Http.PostAsync($"/v1/workflows/{name}", body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    public static async Task<RunDetails> EndedAsync(FlowProcess orchestrator, Guid runId) => await Waiting.UntilAsync(
        () => $"run {runId} to end; the orchestrator wrote:\n{orchestrator.Output}",
        async () =>
        {
            var answer = await orchestrator.Http.GetAsync($"/v1/runs/{runId}");
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<RunDetails>(JsonSerializerOptions.Web) : null;
        },
        details => details?.Run.EndedAt is not null) ?? throw new InvalidOperationException("unreachable");

    /// <summary>Ready messages in a queue of the broker; 0 when there is no such queue.</summary>
    public async Task<int> DepthAsync(string queue)
    {
        var answer = await _management.GetAsync($"/api/queues/{_name}/{queue}");
        if (!answer.IsSuccessStatusCode)
            return 0;
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return body.TryGetProperty("messages", out var messages) ? messages.GetInt32() : 0;
    }

    /// <summary>The names of all queues.</summary>
    public async Task<List<string>> QueuesAsync() =>
        [.. (await _management.GetFromJsonAsync<JsonElement[]>($"/api/queues/{_name}?columns=name"))!.Select(queue => queue.GetProperty("name").GetString()!)];

    /// <summary>Brings definitions into the broker, as an operator does.</summary>
    public async Task ImportAsync(string definitions)
    {
        using var body = new StringContent(definitions, Encoding.UTF8, "application/json");
        var answer = await _management.PostAsync("/api/definitions", body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Has all processes from now on be a user who may write and read everything, and configure only what matches.</summary>
    public async Task RestrictAsync(string configure)
    {
        (await _management.PutAsJsonAsync($"/api/users/{_name}", new { password = _name, tags = "" })).EnsureSuccessStatusCode();
        (await _management.PutAsJsonAsync($"/api/permissions/{_name}/{_name}", new { configure, write = ".*", read = ".*" })).EnsureSuccessStatusCode();
        Settings["ConnectionStrings__RabbitMq"] = new UriBuilder(BrokerUri) { UserName = _name, Password = _name }.Uri.ToString();
        Settings["Flow__RabbitMq__ManagementUrl"] = _servers.Management.ToString();
    }

    /// <summary>How many nodes of the broker hold a quorum queue.</summary>
    public async Task<int> MembersAsync(string queue) =>
        (await _management.GetFromJsonAsync<JsonElement>($"/api/queues/{_name}/{queue}")).GetProperty("members").GetArrayLength();

    /// <summary>Publishes a body through the broker's HTTP API: a client that knows nothing of Flow.</summary>
    public async Task PublishAsync(string queue, string payload, string contentType = "application/json")
    {
        var answer = await _management.PostAsJsonAsync(
            $"/api/exchanges/{_name}/amq.default/publish",
            new { properties = new { content_type = contentType, delivery_mode = 2 }, routing_key = queue, payload, payload_encoding = "string" });
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("routed").GetBoolean().ShouldBeTrue($"queue {queue} is not there");
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        await _management.DeleteAsync($"/api/vhosts/{_name}");
        await _management.DeleteAsync($"/api/users/{_name}");
        NpgsqlConnection.ClearAllPools();
        await using var admin = new NpgsqlConnection($"{_servers.Postgres};Database=postgres");
        await admin.OpenAsync();
        await using var drop = new NpgsqlCommand($"DROP DATABASE \"{_name}\" WITH (FORCE)", admin);
        await drop.ExecuteNonQueryAsync();
        _management.Dispose();
    }

    /// <summary>Brings the database to the tables of today.</summary>
    public async Task MigrateAsync()
    {
        await using var migrate = FlowProcess.Start("cli", "flow", Settings, "db", "migrate");
        await migrate.ExitedAsync();
        migrate.ExitCode.ShouldBe(0, migrate.Output);
    }

    private FlowProcess Add(FlowProcess process)
    {
        _processes.Add(process);
        return process;
    }
}
