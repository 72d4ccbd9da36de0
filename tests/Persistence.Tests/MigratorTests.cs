using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Flow.Persistence.Tests;

public sealed class Migrator_on_postgres : MigratorTests<PostgresDatabase>
{
    [Fact]
    public async Task Should_wait_while_the_database_is_down_and_say_where()
    {
        var server = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        using var relay = new Relay(server.Host!, server.Port);
        var name = server.Database;
        server.Host = "127.0.0.1";
        server.Port = relay.Port;
        server.Password = "very-secret";
        using var log = new LogBook();
        await using var services = Child.Migrating(server.ToString(), log);

        var migrating = services.GetRequiredService<IDatabaseMigrator>().MigrateAsync<ShelfContext>();
        await Eventually.Holds(() => !log.Lines.IsEmpty, "a line in the log");
        migrating.IsCompleted.ShouldBeFalse();
        relay.Open();
        await migrating.WaitAsync(Patience.Limit);

        log.Lines.ShouldContain(line => line.Contains($"Waiting for the database at 127.0.0.1:{relay.Port}, database {name}"));
        log.Lines.ShouldAllBe(line => !line.Contains("very-secret"));
        await services.GetRequiredService<IDatabaseMigrator>().WaitUntilMigratedAsync<ShelfContext>();
    }

    [Fact]
    public async Task Should_not_wait_for_a_server_that_refuses_the_user()
    {
        var server = new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Username = "nobody_of_this_name" };
        await using var services = Child.Migrating(server.ToString());

        var migrating = services.GetRequiredService<IDatabaseMigrator>().MigrateAsync<ShelfContext>();

        await Should.ThrowAsync<PostgresException>(migrating.WaitAsync(Patience.Limit));
    }
}

public sealed class Migrator_on_sqlite : MigratorTests<SqliteDatabase>
{
    [Fact]
    public async Task Should_not_wait_for_a_process_that_died_while_migrating()
    {
        await using var services = Child.Migrating(Database.ConnectionString);
        await using (var scope = services.CreateAsyncScope())
        {
            var shelf = scope.ServiceProvider.GetRequiredService<ShelfContext>();
            await shelf.Database.ExecuteSqlRawAsync("CREATE TABLE \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL PRIMARY KEY, \"Timestamp\" TEXT NOT NULL)");
            await shelf.Database.ExecuteSqlRawAsync("INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01')");
        }

        await services.GetRequiredService<IDatabaseMigrator>().MigrateAsync<ShelfContext>().WaitAsync(Patience.Limit);
    }
}

/// <summary>Bringing a database to its schema.</summary>
public abstract class MigratorTests<TDatabase> : DatabaseTests<TDatabase>
    where TDatabase : TestDatabase, new()
{
    [Fact]
    public async Task Should_let_processes_migrate_at_once()
    {
        var processes = Enumerable.Range(0, 3).Select(_ => Child.Start("migrate", Database.ConnectionString)).ToList();
        foreach (var process in processes)
        {
            using var patience = new CancellationTokenSource(Patience.Limit);
            await process.WaitForExitAsync(patience.Token);
            process.ExitCode.ShouldBe(0);
            process.Dispose();
        }

        await using var services = Child.Migrating(Database.ConnectionString);
        await using var scope = services.CreateAsyncScope();
        var shelf = scope.ServiceProvider.GetRequiredService<ShelfContext>();
        (await shelf.Database.GetAppliedMigrationsAsync()).ShouldBe(["20260101000000_Initial"]);
        (await shelf.Books.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Should_wait_until_somebody_else_has_migrated()
    {
        using var log = new LogBook();
        await using var services = Child.Migrating(Database.ConnectionString, log);
        var migrator = services.GetRequiredService<IDatabaseMigrator>();

        var waiting = migrator.WaitUntilMigratedAsync<ShelfContext>();
        await Eventually.Holds(() => log.Lines.Any(line => line.Contains("flow db migrate")), "a line in the log");
        waiting.IsCompleted.ShouldBeFalse();
        await migrator.MigrateAsync<ShelfContext>();

        await waiting.WaitAsync(Patience.Limit);
    }

    /// <summary>What was logged.</summary>
    protected sealed class LogBook : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Lines.Enqueue(formatter(state, exception) + exception);
        }

        public void Dispose()
        {
        }
    }
}
