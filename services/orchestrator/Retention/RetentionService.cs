using System.Diagnostics.Metrics;
using Flow.Orchestrator.Storage;
using Flow.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Flow.Orchestrator.Retention;

/// <summary>
/// Removes runs that ended long enough ago, a few at a time. First the run's row goes, in one transaction with a note that it did; then, in slices, everything that belonged to it; then the note. So a run is there or
/// not, however wide it was, and after a crash somebody goes on. Several orchestrators do no harm to each other.
/// </summary>
internal sealed class RetentionService(
    IServiceScopeFactory scopes, IObjectStorage storage, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionService> logger) : BackgroundService
{
    private const int RunsAtOnce = 50;
    private const int RowsAtOnce = 1_000;

    private static readonly Counter<long> Removed = Telemetry.Meter.CreateCounter<long>("flow.retention.runs", "{run}", "Ended runs that were removed.");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settings = options.Value;
        if (settings.KeepDays == 0)
            return;
        logger.LogInformation("Ended runs are kept for {Days} days, then: {Action}.", settings.KeepDays, settings.Action);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(settings.IntervalSeconds), time);
        try
        {
            do
                await TryRemoveAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task TryRemoveAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await RemoveAsync(time.GetUtcNow().AddDays(-options.Value.KeepDays), cancellationToken) == RunsAtOnce)
            {
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("Ended runs could not be removed: {Reason}. Trying again in {Seconds} s.", exception.Message, options.Value.IntervalSeconds);
        }
    }

    /// <summary>Removes some of the runs that ended before a moment, and what a crash left of others.</summary>
    /// <returns>How many were looked at.</returns>
    internal async Task<int> RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>();
        // A parent that is open may still ask what became of its child.
        var due = await db.Runs.AsNoTracking()
            .Where(r => r.EndedAt != null && r.EndedAt < before && !(r.ParentResource != null && db.Runs.Any(parent => parent.CorrelationId == r.SourceRunId && parent.EndedAt == null)))
            .OrderBy(r => r.EndedAt)
            .Take(RunsAtOnce)
            .ToListAsync(cancellationToken);
        foreach (var run in due)
        {
            if (options.Value.Action == RetentionAction.Archive)
                await storage.WriteAsync(options.Value.ArchiveBucket!, RunArchive.KeyOf(run), await RunArchive.WriteAsync(db, run, cancellationToken), cancellationToken);
            await ExpireAsync(db, run, cancellationToken);
        }

        foreach (var expired in await db.ExpiredRuns.AsNoTracking().Select(e => e.RunId).ToListAsync(cancellationToken))
            await SweepAsync(db, expired, cancellationToken);
        return due.Count;
    }

    private async Task ExpireAsync(OrchestratorDbContext db, Run run, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Not the run any more, if it was redriven meanwhile.
        if (await db.Runs.Where(r => r.CorrelationId == run.CorrelationId && r.EndedAt == run.EndedAt).ExecuteDeleteAsync(cancellationToken) == 0)
            return;
        db.ExpiredRuns.Add(new ExpiredRun { RunId = run.CorrelationId });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        db.ChangeTracker.Clear();
        Removed.Add(1, new KeyValuePair<string, object?>("action", options.Value.Action.ToString()));
    }

    private static async Task SweepAsync(OrchestratorDbContext db, Guid runId, CancellationToken cancellationToken)
    {
        while (await db.History.Where(h => h.RunId == runId).OrderBy(h => h.Id).Take(RowsAtOnce).ExecuteDeleteAsync(cancellationToken) == RowsAtOnce)
        {
        }

        while (await db.Journal.Where(j => j.RunId == runId).OrderBy(j => j.Id).Take(RowsAtOnce).ExecuteDeleteAsync(cancellationToken) == RowsAtOnce)
        {
        }

        while (await db.Scopes.Where(s => s.RunId == runId).OrderBy(s => s.CorrelationId).Take(RowsAtOnce).ExecuteDeleteAsync(cancellationToken) == RowsAtOnce)
        {
        }

        await db.HeldBack.Where(s => s.RunId == runId).ExecuteDeleteAsync(cancellationToken);
        await db.MapItems.Where(i => i.RunId == runId).ExecuteDeleteAsync(cancellationToken);
        await db.Payloads.Where(p => p.RunId == runId).ExecuteDeleteAsync(cancellationToken);
        await db.HeldMessages.Where(h => h.RunId == runId).ExecuteDeleteAsync(cancellationToken);
        await db.Unexplained.Where(u => u.RunId == runId).ExecuteDeleteAsync(cancellationToken);
        await db.ExpiredRuns.Where(e => e.RunId == runId).ExecuteDeleteAsync(cancellationToken);
    }
}
