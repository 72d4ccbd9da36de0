using System.Diagnostics.Metrics;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Timers;

/// <summary>
/// Turns due timers into messages. A claim deletes the rows and stores the messages in the outbox in one transaction, so each timer fires
/// once; several orchestrators share the work through SKIP LOCKED. However many are overdue, no more than a <see cref="TimerWindow"/> of them is on its way. Sleeps until the next timer is due; wakes once in a while all the same, for
/// the timers another process stored before it died.
/// </summary>
internal sealed class TimerService(IServiceScopeFactory scopes, TimerAlarm alarm, TimerWindow window, TimeProvider time, ILogger<TimerService> logger) : BackgroundService
{
    /// <summary>Most timers fired in one transaction.</summary>
    internal const int ClaimSize = 32;

    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);
    private static readonly Histogram<double> Lateness = Telemetry.Meter.CreateHistogram<double>("flow.timer.lateness", "s", "How late timers were turned into messages.");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await window.RoomAsync(stoppingToken);
                alarm.Arm();
                if (await FireAsync(stoppingToken) == ClaimSize)
                    continue;
                await alarm.SleepAsync(await NextAsync(stoppingToken), stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("Timers are late: {Reason}. Trying again in a second.", exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Fires the timers that are due, one claim's worth.</summary>
    internal async Task<int> FireAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>();
        var send = scope.ServiceProvider.GetRequiredService<ISendEndpointProvider>();
        var now = time.GetUtcNow();
        if (!await db.Timers.AnyAsync(t => t.DueAt <= now, cancellationToken))
            return 0;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var due = await ClaimAsync(db, now, cancellationToken);
        foreach (var timer in due)
        {
            var endpoint = await send.GetSendEndpoint(Endpoints.For(timer.RunId, timer.ScopeId));
            await endpoint.Send(new TimerFired(timer.RunId, timer.ScopeId, timer.Token, Enum.Parse<DueKind>(timer.Kind)), cancellationToken);
            Lateness.Record((now - timer.DueAt).TotalSeconds);
        }

        await db.SaveChangesAsync(cancellationToken);
        window.Fired(due.Count);
        await transaction.CommitAsync(cancellationToken);
        return due.Count;
    }

    private async Task<DateTimeOffset> NextAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>();
        var next = await db.Timers.OrderBy(t => t.DueAt).Select(t => (DateTimeOffset?)t.DueAt).FirstOrDefaultAsync(cancellationToken);
        var latest = time.GetUtcNow() + LongestSleep;
        return next < latest ? next.Value : latest;
    }

    /// <summary>Takes due timers out of the table, the earliest first.</summary>
    private static async Task<List<TimerRow>> ClaimAsync(OrchestratorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (db is PostgresOrchestratorDbContext)
        {
            // The rows are chosen apart from the deletion: as a plain sub-select PostgreSQL might run it twice, past the limit.
            var claimed = await db.Timers.FromSql($"""
                WITH due AS MATERIALIZED (SELECT token, kind FROM timers WHERE due_at <= {now} ORDER BY due_at LIMIT {ClaimSize} FOR UPDATE SKIP LOCKED)
                DELETE FROM timers USING due WHERE timers.token = due.token AND timers.kind = due.kind RETURNING timers.*
                """).AsNoTracking().ToListAsync(cancellationToken);
            claimed.Sort((one, other) => one.DueAt.CompareTo(other.DueAt));
            return claimed;
        }

        var due = await db.Timers.Where(t => t.DueAt <= now).OrderBy(t => t.DueAt).Take(ClaimSize).ToListAsync(cancellationToken);
        db.Timers.RemoveRange(due);
        return due;
    }
}
