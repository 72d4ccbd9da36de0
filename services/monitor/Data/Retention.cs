using Flow.Monitor.DeadLetters;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Flow.Monitor.Data;

/// <summary>Forgets what is older than the settings allow, a slice at a time, so that no delete holds the tables for long.</summary>
internal sealed class Retention(IServiceScopeFactory scopes, IOptions<MonitorOptions> options, TimeProvider time, ILogger<Retention> logger) : BackgroundService
{
    private const int Slice = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                while (await ForgetAsync(stoppingToken) == Slice)
                    stoppingToken.ThrowIfCancellationRequested();
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<LetterRetention>().ApplyAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogWarning("Old rows stay until the next try in {Minutes} minutes ({Reason})", Interval.TotalMinutes, exception.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Deletes up to a slice of runs; answers how many.</summary>
    internal async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MonitorDbContext>();
        var now = time.GetUtcNow();
        var runsBefore = now.AddDays(-options.Value.RetentionDays);
        var workersBefore = now.AddHours(-options.Value.WorkerRetentionHours);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var ids = await db.Runs.Where(r => r.EndedAt < runsBefore).OrderBy(r => r.EndedAt).Select(r => r.RunId).Take(Slice).ToArrayAsync(cancellationToken);
        if (ids.Length > 0)
        {
            await db.Transitions.Where(t => ids.Contains(t.RunId)).ExecuteDeleteAsync(cancellationToken);
            await db.Attempts.Where(a => ids.Contains(a.RunId)).ExecuteDeleteAsync(cancellationToken);
            await db.Facts.Where(f => ids.Contains(f.RunId)).ExecuteDeleteAsync(cancellationToken);
            await db.Runs.Where(r => ids.Contains(r.RunId)).ExecuteDeleteAsync(cancellationToken);
        }

        await db.Rejections.Where(r => r.At < runsBefore).ExecuteDeleteAsync(cancellationToken);

        await db.Workers.Where(w => w.SeenAt < workersBefore).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ids.Length;
    }
}
