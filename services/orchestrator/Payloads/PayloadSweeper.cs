using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Payloads;

/// <summary>
/// Deletes stored payloads that nothing waits for: what a worker stored and did not live to name, inputs of starts that never came. What is deleted with its attempt or its run does
/// not get so old. Several orchestrators do no harm to each other.
/// </summary>
internal sealed class PayloadSweeper(IServiceScopeFactory scopes, TimeProvider time, ILogger<PayloadSweeper> logger) : BackgroundService
{
    private const int MostPerSweep = 10_000;

    /// <summary>The first sweep is an interval after the start: what waited in the queues while no orchestrator ran has been taken in then.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private static readonly TimeSpan Age = TimeSpan.FromDays(1);

    /// <summary>Of what was stored for a run that does not exist, and may begin yet.</summary>
    private static readonly TimeSpan AgeWithoutRun = TimeSpan.FromDays(7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TrySweepAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task TrySweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SweepAsync(time.GetUtcNow() - Age, time.GetUtcNow() - AgeWithoutRun, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("Stored payloads could not be looked through: {Reason}. Trying again in {Interval}.", exception.Message, Interval);
        }
    }

    /// <summary>Deletes what was stored before a moment and is not waited for.</summary>
    /// <param name="before">The moment.</param>
    /// <param name="beforeWithoutRun">The moment for payloads of runs that do not exist.</param>
    /// <param name="cancellationToken">Ends the sweep.</param>
    internal async Task SweepAsync(DateTimeOffset before, DateTimeOffset beforeWithoutRun, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>();
        var attempts = scope.ServiceProvider.GetRequiredService<OutstandingAttempts>();
        var stored = await db.Payloads.Where(p => p.CreatedAt < before).GroupBy(p => new { p.RunId, p.ScopeId, p.Token })
            .Select(g => new { g.Key.RunId, g.Key.ScopeId, g.Key.Token, Newest = g.Max(p => p.CreatedAt) })
            .OrderBy(g => g.Newest).Take(MostPerSweep).ToListAsync(cancellationToken);
        foreach (var (runId, scopeId, token, newest) in stored.Select(s => (s.RunId, s.ScopeId, s.Token, s.Newest)))
        {
            if (await attempts.HasAsync(runId, scopeId, token, cancellationToken))
                continue;
            if (newest >= beforeWithoutRun && !await db.Runs.AnyAsync(r => r.CorrelationId == runId, cancellationToken))
                continue;
            await db.Payloads.Where(p => p.RunId == runId && p.Token == token && p.CreatedAt < before).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
