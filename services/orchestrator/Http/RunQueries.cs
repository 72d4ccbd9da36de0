using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Records;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Http;

/// <summary>What can be read of runs.</summary>
internal static class RunQueries
{
    /// <summary>Most items a page.</summary>
    public const int MaxPage = 500;

    private const int MaxWaitSeconds = 60;

    /// <summary>Events of one transition share its row; their ids count on from it.</summary>
    private const int EventsPerRow = 1 << 16;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    public static async Task<IResult> ListAsync(
        OrchestratorDbContext db,
        [AsParameters] RunSelection selection,
        CancellationToken cancellationToken,
        int limit = 50,
        string? cursor = null)
    {
        limit = Math.Clamp(limit, 1, MaxPage);
        if (selection.From(db, out var problem) is not { } runs)
            return problem!;
        if (cursor is not null)
        {
            if (Cursor(cursor) is not var (at, id))
                return Problems.Invalid($"cursor '{cursor}' is not one that a list of runs gave.");
            runs = runs.Where(r => r.StartedAt < at || (r.StartedAt == at && r.CorrelationId < id));
        }

        var rows = await runs.OrderByDescending(r => r.StartedAt).ThenByDescending(r => r.CorrelationId).Take(limit + 1).ToListAsync(cancellationToken);
        var next = rows.Count > limit ? $"{rows[limit - 1].StartedAt.UtcTicks}-{rows[limit - 1].CorrelationId:N}" : null;
        return Results.Ok(new Page<RunSummary>([.. rows.Take(limit).Select(Summary)], next));
    }

    public static async Task<IResult> CountAsync(OrchestratorDbContext db, [AsParameters] RunSelection selection, CancellationToken cancellationToken) =>
        selection.From(db, out var problem) is { } runs ? Results.Ok(new RunCount(await runs.LongCountAsync(cancellationToken))) : problem!;

    public static async Task<IResult> ShowAsync(Guid runId, OrchestratorDbContext db, CancellationToken cancellationToken)
    {
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.CorrelationId == runId, cancellationToken);
        return run is null ? Problems.UnknownRun(runId) : Results.Ok(await DetailsAsync(db, run, cancellationToken));
    }

    public static async Task<IResult> WaitAsync(Guid runId, OrchestratorDbContext db, CancellationToken cancellationToken, double timeoutSeconds = 30)
    {
        var run = await UntilAsync(db, runId, r => r.EndedAt != null, TimeSpan.FromSeconds(Math.Clamp(timeoutSeconds, 0, MaxWaitSeconds)), cancellationToken);
        return run is null ? Problems.UnknownRun(runId) : Results.Ok(await DetailsAsync(db, run, cancellationToken));
    }

    public static async Task<IResult> HistoryAsync(Guid runId, OrchestratorDbContext db, CancellationToken cancellationToken, int limit = 200, long cursor = 0)
    {
        limit = Math.Clamp(limit, 1, MaxPage);
        if (!await db.Runs.AnyAsync(r => r.CorrelationId == runId, cancellationToken))
            return Problems.UnknownRun(runId);
        var rows = await HistoryRows.Of(db, runId, cursor).Take(limit + 1).ToListAsync(cancellationToken);
        var entries = rows.Take(limit).SelectMany(row => JsonSerializer.Deserialize<HistoryEvent[]>(row.Events, OrchestratorJson.Options)!
            .Select((e, i) => new HistoryEntry(EntryId(row.Id, i), row.ScopeId, e)));
        return Results.Ok(new Page<HistoryEntry>([.. entries], rows.Count > limit ? rows[limit - 1].Id.ToString(CultureInfo.InvariantCulture) : null));
    }

    /// <summary>The run once the condition holds or the time is up; null when there is no such run.</summary>
    public static async Task<Run?> UntilAsync(OrchestratorDbContext db, Guid runId, Expression<Func<Run, bool>> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var holds = condition.Compile();
        var end = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.CorrelationId == runId, cancellationToken);
            if (run is null || holds(run) || TimeProvider.System.GetElapsedTime(end) >= limit)
                return run;
            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Place of an event in its run: that of its row, and its own in the row.</summary>
    public static long EntryId(long rowId, int index) => (rowId * EventsPerRow) + index;

    public static RunSummary Summary(Run run) => new()
    {
        RunId = run.CorrelationId,
        Workflow = run.Workflow,
        Version = run.WorkflowVersion,
        Status = Enum.Parse<RunStatus>(run.CurrentState),
        Name = run.Name,
        StartedAt = run.StartedAt,
        EndedAt = run.EndedAt,
        Error = run.Error,
        Node = run.Node,
    };

    private static async Task<RunDetails> DetailsAsync(OrchestratorDbContext db, Run run, CancellationToken cancellationToken) => new()
    {
        Run = Summary(run),
        Input = JsonElement.Parse(run.Input),
        Output = run.Output is null ? null : JsonElement.Parse(run.Output),
        Cause = run.Cause,
        Tags = JsonSerializer.Deserialize<Dictionary<string, string>>(run.Tags) ?? [],
        Trigger = run.Trigger,
        Priority = run.Priority,
        OpenScopes = run.EndedAt is null
            ? await db.Scopes.CountAsync(s => s.RunId == run.CorrelationId && s.EndedAt == null, cancellationToken)
                + await db.HeldBack.Where(s => s.RunId == run.CorrelationId).SumAsync(s => s.Count, cancellationToken)
            : 0,
    };

    private static (DateTimeOffset StartedAt, Guid RunId)? Cursor(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && long.TryParse(text.AsSpan(0, dash), out var ticks) && ticks is > 0 && ticks <= DateTime.MaxValue.Ticks && Guid.TryParseExact(text.AsSpan(dash + 1), "N", out var id)
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), id)
            : null;
    }
}
