using System.Data.Common;
using Flow.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Flow.Persistence;

/// <summary>What an operator wants to know of the database of a context.</summary>
public sealed record DatabaseFacts
{
    /// <summary>Host, port and database, or the path of the file; never a password.</summary>
    public required string Place { get; init; }

    /// <summary>Which of the databases it is.</summary>
    public required DatabaseKind Kind { get; init; }

    /// <summary>Version of the server, or of SQLite.</summary>
    public required string Version { get; init; }

    /// <summary>Major version of the server, or of SQLite.</summary>
    public required int MajorVersion { get; init; }

    /// <summary>Migrations of this release that are not applied.</summary>
    public required IReadOnlyList<string> PendingMigrations { get; init; }

    /// <summary>What the user may not do with tables that are there, e.g. <c>UPDATE on runs</c>.</summary>
    public IReadOnlyList<string> MissingPermissions { get; init; } = [];

    /// <summary>Whether the user may create tables, as migrations do.</summary>
    public bool MayCreateTables { get; init; } = true;

    /// <summary>Whether it takes no writes: a standby, or a file that is read-only.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>How far its clock is ahead of this machine's, as exactly as the way there and back allows; null: it has no clock of its own.</summary>
    public TimeSpan? ClockSkew { get; init; }
}

/// <summary>Looks at the database of a context; changes nothing.</summary>
public interface IDatabaseInspector
{
    /// <summary>Looks once.</summary>
    /// <typeparam name="TContext">The registered context.</typeparam>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <exception cref="DbException">It cannot be reached, does not let us in, or is not there.</exception>
    Task<DatabaseFacts> InspectAsync<TContext>(CancellationToken cancellationToken)
        where TContext : DbContext;
}

internal sealed class DatabaseInspector(IServiceScopeFactory scopes, TimeProvider time) : IDatabaseInspector
{
    private const string ServerFacts =
        "SELECT current_setting('server_version'), current_setting('server_version_num')::int / 10000, clock_timestamp(), pg_is_in_recovery(), coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)";

    private const string Denied =
        """
        SELECT p || ' on ' || t FROM unnest(@tables) AS t, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p
        WHERE to_regclass(quote_ident(t)) IS NOT NULL AND NOT has_table_privilege(to_regclass(quote_ident(t)), p) ORDER BY 1
        """;

    public async Task<DatabaseFacts> InspectAsync<TContext>(CancellationToken cancellationToken)
        where TContext : DbContext
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<TContext>();
        return FlowDatabase.KindOf(context) == DatabaseKind.Postgres ? await InspectPostgresAsync(context, cancellationToken) : await InspectSqliteAsync(context, cancellationToken);
    }

    private async Task<DatabaseFacts> InspectPostgresAsync(DbContext context, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        var connection = (NpgsqlConnection)context.Database.GetDbConnection();
        await using var facts = new NpgsqlCommand(ServerFacts, connection);
        // The first call also fetches the names of types.
        await facts.ExecuteNonQueryAsync(cancellationToken);
        var before = time.GetUtcNow();
        await using var reader = await facts.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var between = before + ((time.GetUtcNow() - before) / 2);
        var found = new DatabaseFacts
        {
            Place = DatabaseMigrator.Place(context),
            Kind = DatabaseKind.Postgres,
            Version = reader.GetString(0),
            MajorVersion = reader.GetInt32(1),
            ClockSkew = await reader.GetFieldValueAsync<DateTimeOffset>(2, cancellationToken) - between,
            IsReadOnly = reader.GetBoolean(3),
            MayCreateTables = reader.GetBoolean(4),
            PendingMigrations = [],
        };
        await reader.CloseAsync();
        return found with { PendingMigrations = [.. await context.Database.GetPendingMigrationsAsync(cancellationToken)], MissingPermissions = await DeniedAsync(context, connection, cancellationToken) };
    }

    private static async Task<IReadOnlyList<string>> DeniedAsync(DbContext context, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        string[] tables = [.. context.Model.GetEntityTypes().Select(entity => entity.GetTableName()).OfType<string>().Distinct(StringComparer.Ordinal)];
        await using var command = new NpgsqlCommand(Denied, connection) { Parameters = { new NpgsqlParameter("tables", tables) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var denied = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            denied.Add(reader.GetString(0));
        return denied;
    }

    private static async Task<DatabaseFacts> InspectSqliteAsync(DbContext context, CancellationToken cancellationToken)
    {
        var path = SqliteFile.ForConnectionString(context.Database.GetConnectionString()!).Path;
        var version = new Microsoft.Data.Sqlite.SqliteConnection().ServerVersion;
        // To look into a file that is not there would make it.
        return new()
        {
            Place = path,
            Kind = DatabaseKind.Sqlite,
            Version = version,
            MajorVersion = int.Parse(version.Split('.')[0], System.Globalization.CultureInfo.InvariantCulture),
            IsReadOnly = File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly),
            PendingMigrations = File.Exists(path) ? [.. await context.Database.GetPendingMigrationsAsync(cancellationToken)] : [.. context.Database.GetMigrations()],
        };
    }
}
