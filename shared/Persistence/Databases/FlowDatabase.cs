using System.Collections.Concurrent;
using Flow.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Flow.Persistence;

/// <summary>Chooses the database from one connection string.</summary>
public static class FlowDatabase
{
    /// <summary>Name of the connection string in the configuration.</summary>
    public const string ConnectionName = "Flow";

    private const string Forms =
        "Set ConnectionStrings:Flow (environment ConnectionStrings__Flow) to \"Host=…;Database=…;Username=…;Password=…\" for PostgreSQL or to \"Data Source=…\" for a SQLite file.";

    private static readonly ConcurrentDictionary<string, SqliteInterceptor> Gates = new(StringComparer.Ordinal);

    /// <summary>The database a connection string names: "Host=" (or "Server=") is PostgreSQL, "Data Source=" a SQLite file.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <exception cref="InvalidOperationException">It is empty or has neither form; the message names the setting and both forms, never the text
    /// itself.</exception>
    public static DatabaseKind KindOf(string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            throw new InvalidOperationException($"ConnectionStrings:Flow is missing. {Forms}");

        var keys = connectionString.Split(';', StringSplitOptions.TrimEntries).Select(part => part.Split('=', 2)[0].Trim()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (keys.Contains("Host") || keys.Contains("Server"))
            return DatabaseKind.Postgres;
        if (keys.Contains("Data Source") || keys.Contains("DataSource") || keys.Contains("Filename"))
            return DatabaseKind.Sqlite;

        throw new InvalidOperationException($"ConnectionStrings:Flow names neither a host nor a file. {Forms}");
    }

    /// <summary>
    /// Sets the context up for the database that the connection string names. Migrations are noted in a table named after the context type, so several
    /// contexts share one database.
    /// </summary>
    /// <exception cref="InvalidOperationException">As of <see cref="KindOf"/>.</exception>
    public static DbContextOptionsBuilder UseFlowDatabase(this DbContextOptionsBuilder options, string? connectionString)
    {
        ArgumentNullException.ThrowIfNull(options);
        var history = $"__migrations_{options.Options.ContextType.Name}";
        options.AddInterceptors(BusOutboxInterceptor.Instance, GroupGuard.Instance);
        if (KindOf(connectionString) == DatabaseKind.Postgres)
            return options.UseNpgsql(connectionString, postgres => postgres.MigrationsHistoryTable(history));

        var file = SqliteFile.ForConnectionString(connectionString!);
        return options
            .UseSqlite(file.ConnectionString, sqlite => sqlite.MigrationsHistoryTable(history))
            .ReplaceService<IRelationalTransactionFactory, SqliteTransactionFactory>()
            .AddInterceptors(Gates.GetOrAdd(file.Path, static (_, f) => new SqliteInterceptor(f), file));
    }

    /// <summary>
    /// Registers <typeparamref name="TContext"/> (scoped, from a pool) on the database of <c>ConnectionStrings:Flow</c>, <see cref="IDatabaseMigrator"/>, <see cref="IDatabaseInspector"/> and the health check "database".
    /// The two derived contexts carry the migrations of one provider each; both take a single <see cref="DbContextOptions"/> in their
    /// constructor and hold no state of their own.
    /// </summary>
    /// <exception cref="InvalidOperationException">As of <see cref="KindOf"/>.</exception>
    /// <param name="services">The services of the process.</param>
    /// <param name="configuration">Where the connection string stands.</param>
    /// <param name="configure">More for the contexts' options, e.g. interceptors.</param>
    public static IServiceCollection AddFlowDatabase<TContext, TPostgres, TSqlite>(
        this IServiceCollection services,
        IConfiguration configuration,
        Action<IServiceProvider, DbContextOptionsBuilder>? configure = null)
        where TContext : DbContext
        where TPostgres : TContext
        where TSqlite : TContext
    {
        var connectionString = configuration.GetConnectionString(ConnectionName);
        if (KindOf(connectionString) == DatabaseKind.Postgres)
            services.AddDbContextPool<TContext, TPostgres>(Options);
        else
            services.AddDbContextPool<TContext, TSqlite>(Options);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IDatabaseMigrator, DatabaseMigrator>();
        services.TryAddSingleton<IDatabaseInspector, DatabaseInspector>();
        services.AddSingleton<DatabaseCheck<TContext>.Memory>();
        services.AddHealthChecks().AddCheck<DatabaseCheck<TContext>>("database");
        return services;

        void Options(IServiceProvider provider, DbContextOptionsBuilder options)
        {
            options.UseFlowDatabase(connectionString);
            configure?.Invoke(provider, options);
        }
    }

    /// <summary>The database a context is on.</summary>
    /// <exception cref="NotSupportedException">Its provider is neither of the two.</exception>
    public static DatabaseKind KindOf(DbContext context) => context.Database.ProviderName switch
    {
        "Npgsql.EntityFrameworkCore.PostgreSQL" => DatabaseKind.Postgres,
        "Microsoft.EntityFrameworkCore.Sqlite" => DatabaseKind.Sqlite,
        var other => throw new NotSupportedException($"{context.GetType().Name} is on {other}; Flow knows PostgreSQL and SQLite. Configure it with UseFlowDatabase(connectionString)."),
    };

    internal static DatabaseKind Expect(DbContext context, DatabaseKind? expected)
    {
        var kind = KindOf(context);
        return expected is null || expected == kind
            ? kind
            : throw new InvalidOperationException($"{context.GetType().Name} is on {kind}, but its outbox or saga repository says Use{expected}(). Say Use{kind}() or change the connection string.");
    }
}
