using System.Diagnostics.Metrics;
using System.Globalization;
using Flow.Contracts;
using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Permits;

/// <summary>
/// The permits of shared rates, by the generic cell rate algorithm: a row of a key says when its next permit is due, and a reservation moves that on by an interval for each. One statement does it, by the database's
/// clock: no two reservations can see the same row, and no process's clock counts.
/// </summary>
internal sealed class PermitStore(OrchestratorDbContext db, TimeProvider time)
{
    private static readonly Counter<long> Reserved = Telemetry.Meter.CreateCounter<long>("flow.permits.reserved", "{permit}", "Permits of shared rates that were reserved.");
    private static readonly Counter<long> Refused = Telemetry.Meter.CreateCounter<long>("flow.permits.refused", "{permit}", "Permits of shared rates that were wanted and would have been for too late a moment.");

    /// <summary>What a statement gave back.</summary>
    private sealed record Reservation(long NextAt, long Count, long Now);

    /// <summary>The clock of PostgreSQL, in ticks; SQLite's is that of this process, which alone has the file.</summary>
    private string Now => db is PostgresOrchestratorDbContext
        ? "(EXTRACT(EPOCH FROM clock_timestamp()) * 10000000)::bigint"
        : (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reserves as many of the wanted permits as are of use.</summary>
    /// <exception cref="ArgumentException">The request is out of bounds; says where.</exception>
    public async Task<PermitsReserved> ReserveAsync(ReservePermits asked, CancellationToken cancellationToken)
    {
        if (Fault(asked) is { } fault)
            throw new ArgumentException(fault);
        // Rounded up: never faster than was said.
        var interval = ((asked.PeriodSeconds * TimeSpan.TicksPerSecond) + asked.Permits - 1) / asked.Permits;
        var tolerance = (asked.Burst - 1) * interval;
        var horizon = Ticks(asked.MaxWaitSeconds) + tolerance;
        var earliest = asked.LeadSeconds > 0 ? Ticks(asked.LeadSeconds) + tolerance : 0;
        // Further ahead only a slower rate has reserved, that has changed since.
        var latest = Ticks(PermitLimits.MaxWaitSeconds) + tolerance + interval;
        var reserved = await RunAsync([asked.Key, interval, asked.Count, horizon, earliest, latest, Math.Min(asked.Count, ((horizon - earliest) / interval) + 1)], cancellationToken);
        Reserved.Add(reserved.Count);
        Refused.Add(asked.Count - reserved.Count);
        return new()
        {
            Count = (int)reserved.Count,
            WaitSeconds = Seconds(reserved.NextAt - (reserved.Count * interval) - tolerance - reserved.Now),
            IntervalSeconds = Seconds(interval),
        };
    }

    /// <summary>Removes some of the rows that say nothing any more.</summary>
    /// <returns>Whether there may be more of them.</returns>
    public async Task<bool> SweepAsync(CancellationToken cancellationToken)
    {
        const int RowsAtOnce = 10_000;
        var sql = $"DELETE FROM permits WHERE next_at < {Now} AND key IN (SELECT key FROM permits WHERE next_at < {Now} LIMIT {RowsAtOnce})";
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var swept = await db.Database.ExecuteSqlRawAsync(sql, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return swept == RowsAtOnce;
    }

    private async Task<Reservation> RunAsync(object[] values, CancellationToken cancellationToken)
    {
        var (least, greatest) = db is PostgresOrchestratorDbContext ? ("LEAST", "GREATEST") : ("MIN", "MAX");
        var sql = $$"""
            WITH clock AS MATERIALIZED (SELECT {{Now}} AS now)
            INSERT INTO permits AS p (key, next_at, reserved)
            SELECT {0}, now + {4} + {6} * {1}, {6} FROM clock WHERE true
            ON CONFLICT (key) DO UPDATE SET (next_at, reserved) = (
                SELECT r.first + r.count * {1}, r.count FROM (
                    SELECT s.first, {{greatest}}(0, {{least}}({2}, (s.now + {3} - s.first + {1}) / {1})) AS count FROM (
                        SELECT {{greatest}}({{least}}(p.next_at, now + {5}), now + {4}) AS first, now FROM clock) s) r)
            RETURNING next_at AS "NextAt", reserved AS "Count", (SELECT now FROM clock) AS "Now"
            """;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var reserved = await db.Database.SqlQueryRaw<Reservation>(sql, values).ToListAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return reserved.Single();
    }

    private static string? Fault(ReservePermits asked) => asked switch
    {
        { Key: not { Length: > 0 and <= PermitLimits.MaxKeyLength } } => $"A key has 1 to {PermitLimits.MaxKeyLength} characters; this one has {asked.Key?.Length ?? 0}.",
        { Permits: < 1 or > PermitLimits.MaxPermits } => $"permits is {asked.Permits}; allowed are 1 to {PermitLimits.MaxPermits}.",
        { PeriodSeconds: < 1 or > PermitLimits.MaxPeriodSeconds } => $"periodSeconds is {asked.PeriodSeconds}; allowed are 1 to {PermitLimits.MaxPeriodSeconds}.",
        { Burst: < 1 or > PermitLimits.MaxPermits } => $"burst is {asked.Burst}; allowed are 1 to {PermitLimits.MaxPermits}.",
        { Count: < 1 or > PermitLimits.MaxCount } => $"count is {asked.Count}; allowed are 1 to {PermitLimits.MaxCount}.",
        { MaxWaitSeconds: not (>= 0 and <= PermitLimits.MaxWaitSeconds) } => $"maxWaitSeconds is {asked.MaxWaitSeconds}; allowed are 0 to {PermitLimits.MaxWaitSeconds}.",
        _ when !(asked.LeadSeconds >= 0 && asked.LeadSeconds <= asked.MaxWaitSeconds) => $"leadSeconds is {asked.LeadSeconds}; allowed are 0 to maxWaitSeconds, {asked.MaxWaitSeconds}.",
        _ => null,
    };

    private static long Ticks(double seconds) => (long)(seconds * TimeSpan.TicksPerSecond);

    private static double Seconds(long ticks) => (double)ticks / TimeSpan.TicksPerSecond;
}
