using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Records;

/// <summary>
/// Rows of the history as they are looked for. Equality is said as a range and repeated in the order, so that the order is that of one index alone: PostgreSQL would else follow the
/// primary key, whose order it is too, past the rows of all other runs.
/// </summary>
internal static class HistoryRows
{
    /// <summary>The history of a run after a place in it, in order.</summary>
    public static IQueryable<HistoryRow> Of(OrchestratorDbContext db, Guid runId, long after) => db.History.AsNoTracking()
        .Where(h => h.RunId >= runId && h.RunId <= runId && h.Id > after)
        .OrderBy(h => h.RunId).ThenBy(h => h.Id);

    /// <summary>Rows with a failed attempt, which is one in a row, after a place in the history, in order.</summary>
    public static IQueryable<HistoryRow> Failures(OrchestratorDbContext db, Guid runId, long after) => db.History.AsNoTracking()
        .Where(h => h.RunId >= runId && h.RunId <= runId && h.Failure != null && h.Id > after)
        .OrderBy(h => h.RunId).ThenBy(h => h.Id);

    /// <summary>Rows with an output of a node, the last one first: of all scopes (null, or the root), or of one below the root.</summary>
    public static IQueryable<HistoryRow> Exits(OrchestratorDbContext db, Guid runId, string node, Guid? scope) => (scope is null || scope == runId
            ? db.History.Where(h => h.RunId == runId)
            : db.History.Where(h => h.ScopeId == scope && h.ScopeId != h.RunId))
        .AsNoTracking()
        .Where(h => string.Compare(h.NodeLeft, node) >= 0 && string.Compare(h.NodeLeft, node) <= 0)
        .OrderByDescending(h => h.NodeLeft).ThenByDescending(h => h.Id);
}
