using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Microsoft.EntityFrameworkCore;

namespace Flow.Monitor.Metrics;

/// <summary>The figures of the tables at one moment.</summary>
internal sealed record MetricsSnapshot(
    IReadOnlyList<CounterRow> Counters,
    IReadOnlyDictionary<string, long> OpenRuns,
    IReadOnlyDictionary<string, long> DeadLetters,
    IReadOnlyDictionary<WorkerState, long> Workers)
{
    public static MetricsSnapshot Empty { get; } =
        new([], new Dictionary<string, long>(StringComparer.Ordinal), new Dictionary<string, long>(StringComparer.Ordinal), new Dictionary<WorkerState, long>());

    public static async Task<MetricsSnapshot> ReadAsync(MonitorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        RunStatus[] open = [RunStatus.Scheduled, RunStatus.Running, RunStatus.Paused];
        var counters = await db.Counters.AsNoTracking().OrderByDescending(c => c.Value).ToListAsync(cancellationToken);
        var openRuns = await db.Runs.Where(r => open.Contains(r.Status)).GroupBy(r => r.Workflow).Select(g => new { g.Key, Count = g.LongCount() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var deadLetters = await db.DeadLetters.Where(d => d.Status == DeadLetterStatus.Open).GroupBy(d => d.Workflow ?? "").Select(g => new { g.Key, Count = g.LongCount() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var workers = await db.Workers.Select(w => new { w.SeenAt, w.IntervalSeconds, w.Stopping }).ToListAsync(cancellationToken);
        var states = workers.CountBy(w => WorkerCondition.StateAfter(now - w.SeenAt, w.IntervalSeconds, w.Stopping)).ToDictionary(p => p.Key, p => (long)p.Value);
        return new(counters, openRuns, deadLetters, Enum.GetValues<WorkerState>().ToDictionary(s => s, s => states.GetValueOrDefault(s)));
    }
}
