using Npgsql;

namespace Flow.Worker.Tests.Bed;

/// <summary>A database of its own on the PostgreSQL that the environment names.</summary>
internal sealed class PostgresTransport : Transport
{
    private const string Variable = "FLOW_TEST_POSTGRES";

    private readonly string _server;
    private readonly string _database = $"flow-worker-{Guid.NewGuid():n}";

    private PostgresTransport(string server) => _server = server;

    public override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Flow:Transport"] = "Postgres",
        ["ConnectionStrings:Queue"] = $"{_server};Database={_database}",
    };

    public static async Task<PostgresTransport> CreateAsync()
    {
        var server = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(server), $"set {Variable} or run ./test.sh");
        var transport = new PostgresTransport(server);
        await transport.ExecuteAsync($"CREATE DATABASE \"{transport._database}\"");
        return transport;
    }

    public override async ValueTask DisposeAsync() => await ExecuteAsync($"DROP DATABASE \"{_database}\" WITH (FORCE)");

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{_server};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
