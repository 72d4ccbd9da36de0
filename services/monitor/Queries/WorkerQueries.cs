using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Microsoft.EntityFrameworkCore;

namespace Flow.Monitor.Queries;

/// <summary>A worker as its last heartbeat describes it.</summary>
public sealed record WorkerView
{
    public required string WorkerId { get; init; }

    public required string Host { get; init; }

    public required string Version { get; init; }

    public required WorkerState State { get; init; }

    public required WorkerActivity Activity { get; init; }

    public required IReadOnlyList<string> Queues { get; init; }

    public required IReadOnlyList<string> Handlers { get; init; }

    public required int Concurrency { get; init; }

    public required IReadOnlyList<InFlightItem> InFlight { get; init; }

    /// <summary>Attempts it began that succeeded.</summary>
    public required int Succeeded { get; init; }

    /// <summary>Attempts it began that failed or timed out.</summary>
    public required int Failed { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its last heartbeat arrived.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    public required int IntervalSeconds { get; init; }
}

internal sealed class WorkerQueries(MonitorDbContext db, TimeProvider time)
{
    /// <summary>Living ones first, then by host and id.</summary>
    public async Task<IReadOnlyList<WorkerView>> ListAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var rows = await db.Workers.AsNoTracking().ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(w => w.WorkerId);
        var outcomes = await db.Attempts.Where(a => a.WorkerId != null && ids.Contains(a.WorkerId) && a.Outcome != null)
            .GroupBy(a => new { a.WorkerId, a.Outcome }).Select(g => new { g.Key.WorkerId, g.Key.Outcome, Count = g.Count() })
            .ToListAsync(cancellationToken);
        var views = rows.Select(row => View(row, now) with
        {
            Succeeded = outcomes.Where(o => o.WorkerId == row.WorkerId && o.Outcome == AttemptOutcome.Succeeded).Sum(o => o.Count),
            Failed = outcomes.Where(o => o.WorkerId == row.WorkerId && o.Outcome != AttemptOutcome.Succeeded).Sum(o => o.Count),
        });
        return [.. views.OrderBy(w => w.State).ThenBy(w => w.Host, StringComparer.Ordinal).ThenBy(w => w.WorkerId, StringComparer.Ordinal)];
    }

    private static WorkerView View(WorkerRow row, DateTimeOffset now)
    {
        var state = WorkerCondition.StateAfter(now - row.SeenAt, row.IntervalSeconds, row.Stopping);
        var inFlight = state is WorkerState.Stopped ? [] : JsonSerializer.Deserialize<InFlightItem[]>(row.InFlight)!;
        return new()
        {
            WorkerId = row.WorkerId,
            Host = row.Host,
            Version = row.Version,
            State = state,
            Activity = state is WorkerState.Stopped ? WorkerActivity.Idle : row.Activity,
            Queues = JsonSerializer.Deserialize<string[]>(row.Queues)!,
            Handlers = JsonSerializer.Deserialize<string[]>(row.Handlers)!,
            Concurrency = row.Concurrency,
            InFlight = inFlight,
            Succeeded = 0,
            Failed = 0,
            StartedAt = row.StartedAt,
            SeenAt = row.SeenAt,
            IntervalSeconds = row.IntervalSeconds,
        };
    }
}
