using System.Globalization;
using Flow.Contracts.Api;
using Flow.Orchestrator.Explaining;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Records;

/// <summary>Where a list of work items goes on: at a scope, or, once all scopes were looked at, at a place in the history.</summary>
internal readonly record struct WorkItemCursor(Guid? ScopeId, long HistoryId)
{
    private const string Scope = "s";
    private const string History = "h";

    public static readonly WorkItemCursor Start = new(Guid.Empty, 0);

    public static WorkItemCursor? Parse(string? text) => text switch
    {
        null => Start,
        _ when text.StartsWith(Scope, StringComparison.Ordinal) && Guid.TryParseExact(text[1..], "N", out var id) => new(id, 0),
        _ when text.StartsWith(History, StringComparison.Ordinal) && long.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var id) => new(null, id),
        _ => null,
    };

    public override string ToString() => ScopeId is { } id ? $"{Scope}{id:N}" : string.Create(CultureInfo.InvariantCulture, $"{History}{HistoryId}");
}

/// <summary>
/// The work items of a run: those outstanding, from its scopes, then those that ended, from its history. A page reads a bounded number of rows, and so may hold fewer items than asked for, or none, and
/// yet be followed by another. While the run moves, an item can be listed as outstanding and, on a later page, as ended; none is left out.
/// </summary>
internal sealed class WorkItemList(OrchestratorDbContext db, EvidenceReader reader)
{
    /// <summary>Most rows of the history read for a page.</summary>
    internal const int MaxRows = 1_000;

    public async Task<Page<RunWorkItem>> ReadAsync(Run run, WorkItemStatus? status, WorkItemCursor cursor, int limit, CancellationToken cancellationToken)
    {
        var items = new List<RunWorkItem>();
        var isOfHistory = status is null or WorkItemStatus.Failed or WorkItemStatus.PermanentlyFailed or WorkItemStatus.Completed;
        if (cursor.ScopeId is { } after)
        {
            if (status is null || !isOfHistory)
            {
                var states = await StandingAsync(run, after, limit, cancellationToken);
                var open = await reader.ReadAsync(db, [.. states.Where(s => s.EndedAt is null)], cancellationToken);
                items.AddRange(open.Select(WorkItems.Outstanding).Concat(states.Where(s => s.EndedAt is not null).Select(WorkItems.Cancelled))
                    .OfType<RunWorkItem>().Where(i => status is null || i.Status == status));
                if (states.Count(s => s is RunScope) == limit)
                    return new(items, new WorkItemCursor(states[^1].CorrelationId, 0).ToString());
            }

            cursor = new(null, 0);
        }

        return isOfHistory ? await ReadEndedAsync(run, status, cursor.HistoryId, items, limit, cancellationToken) : new(items, null);
    }

    /// <summary>Scopes that have begun and did not end by themselves.</summary>
    internal static IQueryable<RunScope> Standing(OrchestratorDbContext db, Guid runId, Guid after) => db.Scopes.AsNoTracking()
        .Where(s => s.RunId == runId
            && (s.CurrentState == nameof(ScopeStateMachine.Running) || s.CurrentState == nameof(ScopeStateMachine.Paused) || s.CurrentState == nameof(ScopeStateMachine.Cancelled))
            && s.CorrelationId > after)
        .OrderBy(s => s.CorrelationId);

    /// <summary>The root first, then the others in the order of their ids.</summary>
    private async Task<IReadOnlyList<ScopeState>> StandingAsync(Run run, Guid after, int limit, CancellationToken cancellationToken)
    {
        var scopes = await Standing(db, run.CorrelationId, after).Take(limit).ToListAsync(cancellationToken);
        return after == Guid.Empty ? [run, .. scopes] : scopes;
    }

    private async Task<Page<RunWorkItem>> ReadEndedAsync(Run run, WorkItemStatus? status, long after, List<RunWorkItem> items, int limit, CancellationToken cancellationToken)
    {
        var rows = status is WorkItemStatus.Failed or WorkItemStatus.PermanentlyFailed
            ? HistoryRows.Failures(db, run.CorrelationId, after)
            : HistoryRows.Of(db, run.CorrelationId, after);
        var (last, read) = (after, 0);
        await foreach (var row in rows.Take(MaxRows + 1).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (items.Count >= limit || read == MaxRows)
                return new(items, new WorkItemCursor(null, last).ToString());
            if (WorkItems.Ended(row) is { } item && (status is null || item.Status == status))
                items.Add(item);
            (last, read) = (row.Id, read + 1);
        }

        return new(items, null);
    }
}
