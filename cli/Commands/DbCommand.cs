using System.CommandLine;
using Flow.Cli.Output;
using Flow.Monitor.Data;
using Flow.Orchestrator.Storage;
using Flow.Persistence;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Flow.Cli.Commands;

/// <summary><c>flow db</c>.</summary>
internal static class DbCommand
{
    private const string ConnectionVariable = "ConnectionStrings__Flow";

    private static readonly Option<string?> Connection = new("--connection")
    {
        Description = $"\"Host=...;Database=...;Username=...\" for PostgreSQL or \"Data Source=...\" for SQLite [default: {ConnectionVariable}]",
        HelpName = "text",
    };

    private static readonly Option<TimeSpan?> Limit = new("--timeout") { Description = "Give up after so long without an answer of the database [default: 60s]", HelpName = "duration", CustomParser = Values.Duration };

    public static Command Build()
    {
        var migrate = new Command("migrate", "Bring the tables of orchestrator and monitor up to this version. Repeats and concurrent calls are harmless.") { Connection, Limit };
        migrate.SetAction(MigrateAsync);
        migrate.WithExamples("flow db migrate --connection 'Host=127.0.0.1;Database=flow;Username=flow'", "ConnectionStrings__Flow='Data Source=flow.db' flow db migrate");
        return new Command("db", "Look after the database.") { migrate };
    }

    private static async Task<int> MigrateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var connection = parsed.GetValue(Connection) ?? Environment.GetEnvironmentVariable(ConnectionVariable);
        if (string.IsNullOrWhiteSpace(connection))
            throw CliException.Usage($"No database is named. Give --connection, or set {ConnectionVariable}.");
        var patience = parsed.GetValue(Limit) ?? TimeSpan.FromSeconds(60);
        using var timeout = new CancellationTokenSource(patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await using var services = Services(connection);
            var migrator = services.GetRequiredService<IDatabaseMigrator>();
            await migrator.MigrateAsync<OrchestratorDbContext>(either.Token);
            await migrator.MigrateAsync<MonitorDbContext>(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Unreachable, $"The database did not answer within {Words.Duration(patience)}. Check that it runs and what the connection string names, or wait longer with --timeout.");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or System.Data.Common.DbException)
        {
            throw CliException.Failed($"The database could not be migrated: {e.Message}");
        }

        if (parsed.WantsJson())
            Terminal.WriteJson(new { migrated = (string[])["orchestrator", "monitor"] });
        else
            await Console.Out.WriteLineAsync("The tables of orchestrator and monitor are up to date.");
        return ExitCode.Ok;
    }

    private static ServiceProvider Services(string connection)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Flow", connection)]).Build();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging
            .AddSimpleConsole(console => console.SingleLine = true)
            .SetMinimumLevel(LogLevel.Warning)
            .Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddFlowDatabase<OrchestratorDbContext, PostgresOrchestratorDbContext, SqliteOrchestratorDbContext>(configuration);
        services.AddFlowDatabase<MonitorDbContext, MonitorPostgresContext, MonitorSqliteContext>(configuration);
        return services.BuildServiceProvider();
    }
}
