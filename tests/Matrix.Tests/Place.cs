using Flow.Transports.Tests.Brokers;
using Npgsql;

namespace Flow.Transports.Matrix.Tests;

/// <summary>
/// A transport, and the database for the runs that its user would have: the one that carries the messages, PostgreSQL beside a broker, or a SQLite file where nothing else is durable.
/// </summary>
internal sealed class Place : IAsyncDisposable
{
    private const string Database = "ConnectionStrings:Flow";

    private readonly TestBroker _broker;
    private Func<Task>? _drop;

    private Place(TestBroker broker) => _broker = broker;

    public Dictionary<string, string?> Settings { get; } = new(StringComparer.Ordinal);

    public static async Task<Place> CreateAsync(TestBroker broker)
    {
        var place = new Place(broker);
        try
        {
            await place.PrepareAsync();
            return place;
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    public string? WhyNot(Capability capability) => _broker.WhyNot(capability);

    public async ValueTask DisposeAsync()
    {
        if (_drop is not null)
            await _drop();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await _broker.DisposeAsync();
    }

    private async Task PrepareAsync()
    {
        await _broker.StartAsync();
        foreach (var (key, value) in _broker.Settings)
            Settings[key] = value;
        if (Settings.ContainsKey(Database))
            return;
        if (_broker.WhyNot(Capability.Durability) is null)
            await CreatePostgresAsync();
        else
            CreateSqlite();
    }

    private void CreateSqlite()
    {
        var folder = Directory.CreateTempSubdirectory("flow-matrix-");
        Settings[Database] = $"Data Source={Path.Combine(folder.FullName, "flow.db")}";
        _drop = () =>
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
            return Task.CompletedTask;
        };
    }

    private async Task CreatePostgresAsync()
    {
        var server = Environment.GetEnvironmentVariable("FLOW_TEST_POSTGRES");
        Assert.SkipWhen(server is null, "set FLOW_TEST_POSTGRES or run ./test.sh");
        var name = $"flow_matrix_{Guid.NewGuid():N}";
        await ExecuteAsync(server!, $"CREATE DATABASE {name}");
        Settings[Database] = $"{server};Database={name};Maximum Pool Size=30";
        _drop = () => ExecuteAsync(server!, $"DROP DATABASE {name} WITH (FORCE)");
    }

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection($"{server};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
