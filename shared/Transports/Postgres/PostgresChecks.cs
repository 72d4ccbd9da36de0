using System.Globalization;
using Flow.Transports.Checks;
using Npgsql;

namespace Flow.Transports.Postgres;

/// <summary>What of a PostgreSQL that answers would lose messages, slow its queues down, or keep processes out.</summary>
internal sealed class PostgresChecks(PostgresQueueSettings settings) : ITransportChecks
{
    private const string Durability = "broker durability";
    private const string Connections = "broker connections";
    private const string Cleaning = "broker table cleaning";
    private const string Notices = "broker notices";

    // Orchestrator, worker, monitor.
    private const int FewestProcesses = 3;
    private const int ShortestStatementMs = 10_000;

    private const string Facts = """
        SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('autovacuum'),
               current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
               (SELECT setting::bigint FROM pg_settings WHERE name = 'statement_timeout'),
               (SELECT coalesce(extract(epoch FROM now() - min(xact_start)), 0)::bigint FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid())
        """;

    private static readonly TimeSpan LongestTransaction = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var source = settings.CreateSource();
            return [.. await JudgeAsync(source, cancellationToken), await TryNoticesAsync(source, cancellationToken)];
        }
        catch (NpgsqlException exception)
        {
            return [new(Durability, CheckStatus.Unchecked, $"{settings.Place} no longer answers ({exception.Message}).")];
        }
    }

    private async Task<IReadOnlyList<CheckResult>> JudgeAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Facts);
        await using var facts = await command.ExecuteReaderAsync(cancellationToken);
        await facts.ReadAsync(cancellationToken);
        return
        [
            Keeps(facts.GetString(0), facts.GetString(1)),
            Admits(facts.GetInt32(3)),
            Cleans(facts.GetString(2), TimeSpan.FromSeconds(facts.GetInt64(5))),
            .. Hurries(facts.GetInt64(4)),
        ];
    }

    private static CheckResult Keeps(string sync, string pages) => (sync, pages) switch
    {
        ("off", _) => new(Durability, CheckStatus.Problem, "The server does not write to disk what it has committed (fsync = off): a power failure loses messages, and may destroy the database.", "Set fsync = on."),
        (_, "off") => new(Durability, CheckStatus.Problem, "A power failure amid a write may destroy pages (full_page_writes = off).", "Set full_page_writes = on, unless the disk writes pages as a whole."),
        _ => new(Durability, CheckStatus.Ok, "What is sent is committed to disk before it counts as sent."),
    };

    private CheckResult Admits(int admitted)
    {
        var finding = $"The server admits {admitted} connections; a process takes up to {settings.MaxPoolSize} for the queues.";
        return settings.MaxPoolSize * FewestProcesses > admitted
            ? new(Connections, CheckStatus.Warning, finding, "Raise max_connections, or lower 'Maximum Pool Size' in the connection string: processes that get none wait, and log it.")
            : new(Connections, CheckStatus.Ok, finding);
    }

    private static CheckResult Cleans(string autovacuum, TimeSpan oldest)
    {
        if (autovacuum == "off")
            return new(Cleaning, CheckStatus.Problem, "Nothing cleans the tables of the queues (autovacuum = off): they grow, and get slower, with every message.", "Set autovacuum = on.");
        return oldest > LongestTransaction
            ? new(
                Cleaning, CheckStatus.Warning, $"A transaction that has been open for {oldest.TotalHours.ToString("0.0", CultureInfo.InvariantCulture)} hours keeps the tables of the queues from being cleaned: they grow, and get slower, with every message.",
                "End it (SELECT pid, xact_start, query FROM pg_stat_activity ORDER BY xact_start), and see idle_in_transaction_session_timeout.")
            : new(Cleaning, CheckStatus.Ok, "Tables are cleaned by autovacuum, and no long transaction keeps it from that.");
    }

    private static IEnumerable<CheckResult> Hurries(long statementTimeoutMs)
    {
        if (statementTimeoutMs is > 0 and < ShortestStatementMs)
        {
            yield return new(
                "broker statement_timeout", CheckStatus.Warning, $"Statements are cut after {statementTimeoutMs} ms: under load, sending and receiving fail and are tried again.",
                "Leave it out for Flow's role: ALTER ROLE … SET statement_timeout = 0. Flow has time limits of its own.");
        }
    }

    /// <summary>By trying: behind a pooler that pools transactions nobody hears of a notice.</summary>
    private static async Task<CheckResult> TryNoticesAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var channel = $"flow_doctor_{Guid.NewGuid():N}";
        await using var listener = await source.OpenConnectionAsync(cancellationToken);
        await using (var listen = new NpgsqlCommand($"LISTEN {channel}", listener))
            await listen.ExecuteNonQueryAsync(cancellationToken);
        await using (var notify = source.CreateCommand($"NOTIFY {channel}"))
            await notify.ExecuteNonQueryAsync(cancellationToken);
        return await listener.WaitAsync(Patience, cancellationToken)
            ? new(Notices, CheckStatus.Ok, "Consumers are told of new messages at once (LISTEN, NOTIFY).")
            : new(
                Notices, CheckStatus.Problem, "What one connection tells (NOTIFY) another does not hear (LISTEN): an item for a worker that is idle would wait for up to ten seconds.",
                "Connect directly, or through a pooler that pools sessions (PgBouncer: pool_mode = session).");
    }
}
