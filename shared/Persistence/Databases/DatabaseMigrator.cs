using Flow.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Flow.Persistence;

internal sealed class DatabaseMigrator(IServiceScopeFactory scopes, TimeProvider time, ILogger<DatabaseMigrator> logger) : IDatabaseMigrator
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public Task MigrateAsync<TContext>(CancellationToken cancellationToken = default)
        where TContext : DbContext => WhenReachableAsync<TContext>(MigrateAsync, cancellationToken);

    public Task WaitUntilMigratedAsync<TContext>(CancellationToken cancellationToken = default)
        where TContext : DbContext => WhenReachableAsync<TContext>(IsMigratedAsync, cancellationToken);

    /// <summary>Works until the work says it is done; waits while the database is down.</summary>
    private async Task WhenReachableAsync<TContext>(Func<DbContext, CancellationToken, Task<string?>> work, CancellationToken cancellationToken)
        where TContext : DbContext
    {
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<TContext>();
            string? obstacle;
            try
            {
                obstacle = await work(context, cancellationToken);
                if (obstacle is null)
                    return;
            }
            catch (NpgsqlException e) when (IsDown(e))
            {
                obstacle = e.InnerException?.Message ?? e.Message;
            }

            logger.LogWarning("Waiting for the database at {Database}: {Obstacle} Next try in {Seconds} s.", Place(context), obstacle, Pause.TotalSeconds);
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<string?> MigrateAsync(DbContext context, CancellationToken cancellationToken)
    {
        await using var turn = FlowDatabase.KindOf(context) == DatabaseKind.Postgres
            ? await LockPostgresAsync(context, cancellationToken)
            : await LockSqliteAsync(context, cancellationToken);
        var pending = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        await context.Database.MigrateAsync(cancellationToken);
        logger.LogInformation("{Context} at {Database}: {Count} migrations applied", context.GetType().Name, Place(context), pending.Count);
        return null;
    }

    private static async Task<string?> IsMigratedAsync(DbContext context, CancellationToken cancellationToken)
    {
        var creator = context.GetService<IRelationalDatabaseCreator>();
        if (FlowDatabase.KindOf(context) == DatabaseKind.Sqlite && !await creator.ExistsAsync(cancellationToken))
            return "The file does not exist; run `flow db migrate`.";
        try
        {
            var pending = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).Count();
            return pending == 0 ? null : $"{pending} migrations are not applied; run `flow db migrate`.";
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            return "The database does not exist; run `flow db migrate`.";
        }
    }

    /// <summary>A session lock of the database: it ends with the process that holds it, however that ends.</summary>
    private static async Task<IAsyncDisposable> LockPostgresAsync(DbContext context, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(context.Database.GetConnectionString()) { Pooling = false }.ToString());
        try
        {
            try
            {
                await connection.OpenAsync(cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
            {
                await CreateAsync(context, cancellationToken);
                await connection.OpenAsync(cancellationToken);
            }

            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(hashtext('flow migrations'))", connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task CreateAsync(DbContext context, CancellationToken cancellationToken)
    {
        try
        {
            await context.GetService<IRelationalDatabaseCreator>().CreateAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process was quicker.
        }
    }

    /// <summary>A lock file beside the database, held open: the system releases it with the process.</summary>
    private async Task<IAsyncDisposable> LockSqliteAsync(DbContext context, CancellationToken cancellationToken)
    {
        var file = SqliteFile.ForConnectionString(context.Database.GetConnectionString()!);
        Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
        while (true)
        {
            try
            {
                var turn = new FileStream(file.Path + ".migrating", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                await ForgetAbandonedLockAsync(context, cancellationToken);
                return turn;
            }
            catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
            }
        }
    }

    /// <summary>
    /// EF Core notes a running migration in a table and waits for ever for a process that died in it. Whoever holds the lock file knows that nobody is in it.
    /// </summary>
    private static async Task ForgetAbandonedLockAsync(DbContext context, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        await context.Database.CloseConnectionAsync();
    }

    /// <summary>Down or starting, as opposed to there and refusing us.</summary>
    private static bool IsDown(NpgsqlException e) => e switch
    {
        PostgresException server => server.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.TooManyConnections,
        _ => e.IsTransient || e.InnerException is System.Net.Sockets.SocketException or IOException or TimeoutException,
    };

    /// <summary>Where the database is; never the password.</summary>
    internal static string Place(DbContext context)
    {
        var connectionString = context.Database.GetConnectionString()!;
        if (FlowDatabase.KindOf(context) == DatabaseKind.Sqlite)
            return SqliteFile.ForConnectionString(connectionString).Path;

        var postgres = new NpgsqlConnectionStringBuilder(connectionString);
        return $"{postgres.Host}:{postgres.Port}, database {postgres.Database}";
    }
}
