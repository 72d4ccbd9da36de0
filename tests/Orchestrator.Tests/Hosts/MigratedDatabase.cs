using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;

[assembly: AssemblyFixture(typeof(MigratedDatabase))]

namespace Flow.Orchestrator.Tests.Hosts;

/// <summary>A PostgreSQL database with all tables and nothing in them. Each test's own is a copy: to migrate it anew takes longer than many a test.</summary>
public sealed class MigratedDatabase : IAsyncDisposable
{
    private static readonly string Name = $"flow-orch-template-{Guid.NewGuid():N}";
    private static readonly Lazy<Task> Made = new(MakeAsync);

    private static string Postgres => Environment.GetEnvironmentVariable("FLOW_TEST_POSTGRES")!;

    public static async Task CopyAsync(string database)
    {
        await Made.Value;
        await SqlAsync($"CREATE DATABASE \"{database}\" TEMPLATE \"{Name}\"");
    }

    public static async Task SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{Postgres};Database=postgres");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Made.IsValueCreated)
            await SqlAsync($"DROP DATABASE IF EXISTS \"{Name}\" WITH (FORCE)");
    }

    private static async Task MakeAsync()
    {
        await SqlAsync($"CREATE DATABASE \"{Name}\"");
        // A database that somebody is connected to cannot be copied.
        var options = new DbContextOptionsBuilder<PostgresOrchestratorDbContext>();
        options.UseFlowDatabase($"{Postgres};Database={Name};Pooling=false");
        await using var db = new PostgresOrchestratorDbContext(options.Options);
        await db.Database.MigrateAsync();
    }
}
