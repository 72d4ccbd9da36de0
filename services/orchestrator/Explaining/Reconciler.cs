using System.Diagnostics.Metrics;
using Flow.Contracts.Api;
using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Flow.Orchestrator.Explaining;

/// <summary>
/// Looks again and again for open scopes that nothing holds. One that stands unmoved through several looks has lost its message: the reconciler sends it again where that can do no
/// harm, else notes the scope as unexplained, for operators and the metric. One orchestrator at a time looks.
/// </summary>
internal sealed class Reconciler(IServiceScopeFactory scopes, EvidenceReader reader, IOptions<OrchestratorOptions> options, TimeProvider time, ILogger<Reconciler> logger) : BackgroundService
{
    /// <summary>Looks at the same standing still before something is done, and before it is called unexplained although something was done.</summary>
    private const int LooksBeforeRemedy = 2;

    private const int LooksBeforeReport = 4;

    /// <summary>Key of the lock that makes one process the one that looks: "flow" and a number.</summary>
    private const long LockKey = 0x666C6F77_00000001;

    private static readonly Counter<long> Remedies = Telemetry.Meter.CreateCounter<long>("flow.reconciler.remedies", "{scope}", "Lost messages that were sent again.");
    private static readonly Gauge<int> Unexplained = Telemetry.Meter.CreateGauge<int>("flow.runs.unexplained", "{run}", "Open runs that nothing holds and nobody moves.");

    private Dictionary<(Guid ScopeId, long Sequence), int> _suspects = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.ReconcileSeconds), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryLookAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("Open runs could not be looked through: {Reason}. Trying again in {Seconds} s.", exception.Message, options.Value.ReconcileSeconds);
        }
    }

    /// <summary>One look at all open scopes, if no other process is at it.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>();
        await db.Database.OpenConnectionAsync(cancellationToken);
        if (db is not PostgresOrchestratorDbContext || await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({LockKey}) AS \"Value\"").SingleAsync(cancellationToken))
        {
            try
            {
                await LookThroughAsync(db, scope.ServiceProvider.GetRequiredService<Remedying>(), cancellationToken);
            }
            finally
            {
                if (db is PostgresOrchestratorDbContext)
                    await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
            }
        }
        else
        {
            _suspects = [];
        }

        Unexplained.Record(await db.Unexplained.Select(u => u.RunId).Distinct().CountAsync(cancellationToken));
    }

    private async Task LookThroughAsync(OrchestratorDbContext db, Remedying remedying, CancellationToken cancellationToken)
    {
        var suspects = new Dictionary<(Guid ScopeId, long Sequence), int>();
        var unexplained = new List<UnexplainedRow>();
        await foreach (var evidence in reader.OpenAsync(db, cancellationToken))
        {
            var finding = Classifier.Of(evidence);
            if (finding.Reason != HoldReason.Moving)
                continue;
            var key = (evidence.State.CorrelationId, evidence.State.Sequence);
            var looks = suspects[key] = _suspects.GetValueOrDefault(key) + 1;
            if (looks == LooksBeforeRemedy && await remedying.TryAsync(evidence, finding, cancellationToken))
            {
                Remedies.Add(1, new KeyValuePair<string, object?>("remedy", finding.Remedy.ToString()));
                logger.LogWarning("Run {RunId} had lost a message and was told again ({Remedy}): {Text}", evidence.Run.CorrelationId, finding.Remedy, finding.Text);
            }
            else if (looks >= (finding.Remedy == Remedy.None ? LooksBeforeRemedy : LooksBeforeReport))
            {
                unexplained.Add(new() { ScopeId = key.CorrelationId, RunId = evidence.State.RunId, Sequence = key.Sequence, Since = time.GetUtcNow(), Text = finding.Text });
            }
        }

        _suspects = suspects;
        await NoteAsync(db, unexplained, cancellationToken);
    }

    private async Task NoteAsync(OrchestratorDbContext db, List<UnexplainedRow> found, CancellationToken cancellationToken)
    {
        var known = await db.Unexplained.ToListAsync(cancellationToken);
        foreach (var row in found.Where(f => !known.Exists(k => k.ScopeId == f.ScopeId && k.Sequence == f.Sequence)))
        {
            db.Unexplained.Add(row);
            logger.LogError("Nothing holds scope {ScopeId} of run {RunId}, and nobody moves it: {Text}", row.ScopeId, row.RunId, row.Text);
        }

        db.Unexplained.RemoveRange(known.Where(k => !found.Exists(f => f.ScopeId == k.ScopeId && f.Sequence == k.Sequence)));
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }
}
