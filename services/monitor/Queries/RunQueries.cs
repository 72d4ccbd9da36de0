using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Flow.Monitor.Projections;
using Microsoft.EntityFrameworkCore;

namespace Flow.Monitor.Queries;

/// <summary>A page of runs with the counts above it.</summary>
/// <param name="Filter">What was asked for.</param>
/// <param name="Runs">The runs, newest first.</param>
/// <param name="Total">How many runs the filter lets through in all.</param>
/// <param name="Counts">How many of them (whatever the status asked for) stand where.</param>
/// <param name="Workflows">Names to choose from.</param>
public sealed record RunList(RunFilter Filter, IReadOnlyList<RunRow> Runs, int Total, IReadOnlyDictionary<RunStatus, int> Counts, IReadOnlyList<string> Workflows)
{
    public int Pages => Math.Max(1, (Total + Filter.Size - 1) / Filter.Size);
}

/// <summary>A line of a run's page.</summary>
public sealed record EventLine(DateTimeOffset At, string Type, string? Node, int? Attempt, int? Index, string? Error, string? Cause, bool IsRoot);

/// <summary>Everything the monitor knows of one run.</summary>
public sealed record RunView(RunRow Run, IReadOnlyList<EventLine> Events, int Transitions, int Scopes, IReadOnlyList<AttemptRow> Attempts, int DeadLetters);

internal sealed class RunQueries(MonitorDbContext db, TimeProvider time)
{
    public const int LastEvents = 100;
    private const int LastAttempts = 25;
    private const int WorkflowChoices = 200;

    public async Task<RunList> ListAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var all = db.Runs.AsNoTracking();
        var counts = await (filter with { Status = null }).Apply(all, now).GroupBy(r => r.Status).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var runs = await filter.Apply(all, now)
            .OrderByDescending(r => r.StartedAt).ThenByDescending(r => r.RunId)
            .Skip((filter.Page - 1) * filter.Size).Take(filter.Size)
            .ToListAsync(cancellationToken);
        var workflows = await db.Counters.Where(c => c.Name == CounterNames.RunsStarted).OrderBy(c => c.Workflow).Select(c => c.Workflow).Take(WorkflowChoices)
            .ToListAsync(cancellationToken);
        return new(filter, runs, filter.Status is { } status ? counts.GetValueOrDefault(status) : counts.Values.Sum(), counts, workflows);
    }

    public async Task<RunView?> FindAsync(Guid runId, CancellationToken cancellationToken)
    {
        if (await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.RunId == runId, cancellationToken) is not { } run)
            return null;
        var transitions = db.Transitions.AsNoTracking().Where(t => t.RunId == runId);
        var last = await transitions.OrderByDescending(t => t.At).ThenByDescending(t => t.Sequence).Take(LastEvents).ToListAsync(cancellationToken);
        var facts = await db.Facts.AsNoTracking().Where(f => f.RunId == runId).ToListAsync(cancellationToken);
        var lines = last.SelectMany(Lines).Concat(facts.Select(f => new EventLine(f.At, "Run" + f.Kind, null, null, null, f.Detail, null, true)));
        var attempts = await db.Attempts.AsNoTracking().Where(a => a.RunId == runId).OrderByDescending(a => a.ScheduledAt ?? a.StartedAt).Take(LastAttempts).ToListAsync(cancellationToken);
        return new(
            run,
            [.. lines.OrderByDescending(l => l.At).Take(LastEvents)],
            await transitions.CountAsync(cancellationToken),
            await transitions.Select(t => t.ScopeId).Distinct().CountAsync(cancellationToken),
            attempts,
            await db.DeadLetters.CountAsync(d => d.RunId == runId && d.Status == DeadLetterStatus.Open, cancellationToken));
    }

    /// <summary>Newest first, also within one transition.</summary>
    private static IEnumerable<EventLine> Lines(TransitionRow transition) =>
        JsonSerializer.Deserialize<HistoryEvent[]>(transition.Events, TransitionProjection.Json)!
            .Reverse()
            .Select(e => new EventLine(e.Timestamp, e.Type, e.Node, e.Attempt, e.Index, e.Error, e.Cause, transition.ScopeId == transition.RunId));
}
