using System.Data.Common;
using System.Globalization;
using Flow.Monitor.Data;
using Flow.Orchestrator.Storage;
using Flow.Persistence;
using Flow.Transports.Checks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Cli.Checks;

/// <summary>The facts of the database, judged.</summary>
internal static class DatabaseChecks
{
    private const string Database = "database";
    private const int OldestPostgres = 13;
    private const string InvalidPassword = "28";

    private static readonly TimeSpan SkewToWarnOf = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SkewThatHurts = TimeSpan.FromSeconds(30);

    public static async Task<IReadOnlyList<CheckResult>> RunAsync(IEnumerable<ServiceProcess> services, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        foreach (var service in services)
        {
            if (service.Services.GetService<IDatabaseInspector>() is not { } inspector)
                continue;
            try
            {
                var facts = service.Name == "orchestrator"
                    ? await InspectAsync<OrchestratorDbContext>(inspector, cancellationToken)
                    : await InspectAsync<MonitorDbContext>(inspector, cancellationToken);
                if (results.Count == 0)
                    results.AddRange(Server(facts));
                results.AddRange(Tables(service.Name, facts));
            }
            catch (Exception exception) when (exception is DbException or TimeoutException or InvalidOperationException)
            {
                return [.. results, Unusable(exception)];
            }
        }

        return results;
    }

    private static Task<DatabaseFacts> InspectAsync<TContext>(IDatabaseInspector inspector, CancellationToken cancellationToken)
        where TContext : DbContext => inspector.InspectAsync<TContext>(cancellationToken);

    private static IEnumerable<CheckResult> Server(DatabaseFacts facts)
    {
        var finding = $"{(facts.Kind == DatabaseKind.Postgres ? "PostgreSQL" : "SQLite")} {facts.Version} at {facts.Place}";
        yield return facts switch
        {
            { Kind: DatabaseKind.Postgres, MajorVersion: < OldestPostgres } => new(Database, CheckStatus.Problem, finding + ".", $"Flow needs PostgreSQL {OldestPostgres} or later.") { Reached = true },
            { IsReadOnly: true } => new(Database, CheckStatus.Problem, $"{finding} takes no writes.", "Name the primary in ConnectionStrings:Flow, or make the file writable.") { Reached = true },
            _ => new(Database, CheckStatus.Ok, finding + ".") { Reached = true },
        };
        if (facts.ClockSkew is not { } skew)
            yield break;
        var seconds = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(skew.TotalSeconds):0.0} s");
        yield return skew.Duration() < SkewToWarnOf
            ? new("database clock", CheckStatus.Ok, "It agrees with this machine's.")
            : new(
                "database clock", skew.Duration() < SkewThatHurts ? CheckStatus.Warning : CheckStatus.Problem, $"It is {seconds} {(skew > TimeSpan.Zero ? "ahead of" : "behind")} this machine's.",
                "Have a time service (NTP) set the clocks of all machines: timers and leases fall due by them.");
    }

    private static IEnumerable<CheckResult> Tables(string service, DatabaseFacts facts)
    {
        var subject = $"tables of the {service}";
        if (facts.PendingMigrations.Count > 0)
            yield return new(subject, CheckStatus.Problem, $"{facts.PendingMigrations.Count} migrations are not applied, from {facts.PendingMigrations[0]} on.", "Run 'flow db migrate'.");
        if (facts.PendingMigrations.Count > 0 && !facts.MayCreateTables)
            yield return new(subject, CheckStatus.Warning, "The user may not create tables.", "Run 'flow db migrate' with a user that may.");
        if (facts.MissingPermissions.Count > 0)
            yield return new(subject, CheckStatus.Problem, $"The user may not: {string.Join(", ", facts.MissingPermissions)}.", "Grant SELECT, INSERT, UPDATE and DELETE on the tables to the user.");
        if (facts.PendingMigrations.Count == 0 && facts.MissingPermissions.Count == 0)
            yield return new(subject, CheckStatus.Ok, "They are those of this release, and may be read and written.");
    }

    private static CheckResult Unusable(Exception exception)
    {
        // EF Core wraps what may pass, and says less.
        var fault = exception;
        while (fault is not DbException && fault.InnerException is { } inner)
            fault = inner;
        var (outer, cause) = (fault.Message.TrimEnd('.'), fault.GetBaseException().Message.TrimEnd('.'));
        var message = outer == cause ? outer : $"{outer}: {cause}";
        return fault switch
        {
            DbException { SqlState: "3D000" } => new(Database, CheckStatus.Problem, $"There is no such database ({message}).", "Create it with 'flow db migrate', or name another in ConnectionStrings:Flow.") { Reached = true },
            DbException { SqlState: { } state } when state.StartsWith(InvalidPassword, StringComparison.Ordinal) =>
                new(Database, CheckStatus.Problem, $"The database refuses the user ({message}).", "Set user and password in ConnectionStrings:Flow.") { Reached = true },
            DbException { SqlState: not null } => new(Database, CheckStatus.Problem, $"The database cannot be used ({message}).") { Reached = true },
            _ => new(Database, CheckStatus.Problem, $"The database cannot be reached ({message}).", "Check that it runs, and what ConnectionStrings:Flow names.") { Reached = false },
        };
    }
}
