using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Flow.Monitor.Pages;

/// <summary>What the frame around every page shows.</summary>
public sealed record PageFrame(int WorkersAlive, int DeadLetters, int Rejections, int RefreshSeconds);

internal sealed class PageFrames(MonitorDbContext db, IOptions<MonitorOptions> options, TimeProvider time)
{
    public async Task<PageFrame> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var workers = await db.Workers.Select(w => new { w.SeenAt, w.IntervalSeconds, w.Stopping }).ToListAsync(cancellationToken);
        return new(
            workers.Count(w => WorkerCondition.StateAfter(now - w.SeenAt, w.IntervalSeconds, w.Stopping) == WorkerState.Alive),
            await db.DeadLetters.CountAsync(d => d.Status == DeadLetterStatus.Open, cancellationToken),
            await db.Rejections.CountAsync(cancellationToken),
            options.Value.RefreshSeconds);
    }
}
