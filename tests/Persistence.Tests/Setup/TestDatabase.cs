using Microsoft.Data.Sqlite;
using Npgsql;

namespace Flow.Persistence.Tests;

/// <summary>A database of its own for one test, on a real server or a real file.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    public abstract string ConnectionString { get; }

    public abstract ValueTask DisposeAsync();
}

public sealed class PostgresDatabase : TestDatabase
{
    private readonly string _name = $"flow_persistence_{Guid.NewGuid():N}";
    private readonly string _server;

    public PostgresDatabase()
    {
        var server = Environment.GetEnvironmentVariable("FLOW_TEST_POSTGRES");
        Assert.SkipWhen(string.IsNullOrEmpty(server), "set FLOW_TEST_POSTGRES or run ./test.sh");
        _server = server!;
    }

    public override string ConnectionString => new NpgsqlConnectionStringBuilder(_server) { Database = _name, MaxPoolSize = 40 }.ToString();

    public override async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Database = "postgres", Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync();
    }
}

public sealed class SqliteDatabase : TestDatabase
{
    private readonly string _folder = Directory.CreateTempSubdirectory("flow-persistence-").FullName;

    public override string ConnectionString => $"Data Source={Path.Combine(_folder, "flow.db")}";

    public override ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
