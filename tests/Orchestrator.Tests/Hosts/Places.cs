using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Npgsql;

namespace Flow.Orchestrator.Tests.Hosts;

/// <summary>Where a host keeps its state and its queues; one fresh place for each test.</summary>
public abstract class Place : IAsyncDisposable
{
    public Dictionary<string, string?> Settings { get; } = new(StringComparer.Ordinal);

    public abstract ValueTask DisposeAsync();
}

/// <summary>One SQLite file for everything.</summary>
public sealed class SqlitePlace : Place
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flow-test-");

    public SqlitePlace()
    {
        Settings["Flow:Transport"] = "Sqlite";
        Settings["ConnectionStrings:Flow"] = $"Data Source={Path.Combine(_folder.FullName, "flow.db")}";
    }

    public override ValueTask DisposeAsync()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A PostgreSQL database and a RabbitMQ virtual host.</summary>
public sealed class ServerPlace : Place
{
    private readonly string _name = $"flow-orch-{Guid.NewGuid():N}"[..22];
    private readonly string _postgres;
    private readonly HttpClient _management;

    private ServerPlace(string postgres, Uri rabbitMq, Uri management)
    {
        _postgres = postgres;
        _management = new HttpClient { BaseAddress = new Uri(management.GetLeftPart(UriPartial.Authority)) };
        var user = management.UserInfo.Length > 0 ? management.UserInfo : "guest:guest";
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
        Settings["Flow:Transport"] = "RabbitMq";
        Settings["ConnectionStrings:Flow"] = $"{postgres};Database={_name}";
        Settings["ConnectionStrings:RabbitMq"] = new UriBuilder(rabbitMq) { Path = "/" + _name }.Uri.ToString();
    }

    public static async Task<ServerPlace> CreateAsync()
    {
        var postgres = Environment.GetEnvironmentVariable("FLOW_TEST_POSTGRES");
        var rabbitMq = Environment.GetEnvironmentVariable("FLOW_TEST_RABBITMQ");
        var management = Environment.GetEnvironmentVariable("FLOW_TEST_RABBITMQ_MANAGEMENT");
        Assert.SkipWhen(
            postgres is null || rabbitMq is null || management is null,
            "set FLOW_TEST_POSTGRES, FLOW_TEST_RABBITMQ and FLOW_TEST_RABBITMQ_MANAGEMENT, or run ./test.sh");
        var place = new ServerPlace(postgres!, new Uri(rabbitMq!), new Uri(management!));
        await place.SqlAsync($"CREATE DATABASE \"{place._name}\"");
        (await place._management.PutAsync($"/api/vhosts/{place._name}", null)).EnsureSuccessStatusCode();
        return place;
    }

    /// <summary>Ends every connection to the database, in the middle of whatever it does, and every one to the broker, which delivers again what was not acknowledged.</summary>
    public async Task CutConnectionsAsync()
    {
        var connections = await _management.GetFromJsonAsync<JsonElement>($"/api/vhosts/{_name}/connections");
        await Task.WhenAll(connections.EnumerateArray().Select(c => _management.DeleteAsync($"/api/connections/{Uri.EscapeDataString(c.GetProperty("name").GetString()!)}")));
        await SqlAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_name}'");
    }

    /// <summary>Counts by a query of its own connection, which nobody cuts.</summary>
    public async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{Settings["ConnectionStrings:Flow"]};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public override async ValueTask DisposeAsync()
    {
        await _management.DeleteAsync($"/api/vhosts/{_name}");
        await SqlAsync($"DROP DATABASE \"{_name}\" WITH (FORCE)");
        _management.Dispose();
    }

    private async Task SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{_postgres};Database=postgres");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
