using System.Globalization;
using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Definitions;
using Flow.Orchestrator.Http;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Records;

/// <summary>What the history of a run tells of its attempts and nodes. However long it is, an answer reads no more of it than it gives.</summary>
internal static class RunRecords
{
    public static async Task<IResult> ErrorsAsync(Guid runId, OrchestratorDbContext db, CancellationToken cancellationToken, int limit = 200, long cursor = 0)
    {
        limit = Math.Clamp(limit, 1, RunQueries.MaxPage);
        if (!await db.Runs.AnyAsync(r => r.CorrelationId == runId, cancellationToken))
            return Problems.UnknownRun(runId);
        var rows = await HistoryRows.Failures(db, runId, cursor).Take(limit + 1).ToListAsync(cancellationToken);
        return Results.Ok(new Page<FailedAttempt>(
            [.. rows.Take(limit).Select(Failed)],
            rows.Count > limit ? rows[limit - 1].Id.ToString(CultureInfo.InvariantCulture) : null));
    }

    public static async Task<IResult> OutputAsync(Guid runId, string node, OrchestratorDbContext db, WorkflowCatalog catalog, CancellationToken cancellationToken, Guid? scope = null)
    {
        // A slash in a name comes as it was escaped.
        node = node.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.CorrelationId == runId, cancellationToken) is not { } run)
            return Problems.UnknownRun(runId);
        if (scope is { } given && given != runId && !await db.Scopes.AnyAsync(s => s.CorrelationId == given && s.RunId == runId, cancellationToken))
            return Problems.Of(404, "unknown-scope", "Unknown scope", $"Run {runId} has no branch or iteration {given}. Its history (GET /v1/runs/{runId}/history) names them as scopeId.");
        // Names of nodes are unique in a definition: where the last to leave it was not the root, the root never did.
        if (await HistoryRows.Exits(db, runId, node, scope).FirstOrDefaultAsync(cancellationToken) is { } row && (scope is null || row.ScopeId == scope))
            return Results.Ok(Output(row, node));

        var names = (await catalog.DefinitionAsync(db, run.Workflow, run.WorkflowVersion, cancellationToken)).Machines.SelectMany(m => m.States).Select(s => s.Name).ToList();
        return names.Contains(node)
            ? Problems.Of(404, "no-output", "The node has no output", $"'{node}' has not ended{(scope is null ? "" : $" in scope {scope}")} in run {runId}, which is {run.CurrentState}{(run.Node is null ? "" : $" at '{run.Node}'")}.")
            : Problems.Of(404, "unknown-node", "Unknown node", $"Version {run.WorkflowVersion} of workflow '{run.Workflow}' has no node '{node}'. It has: {string.Join(", ", names)}.");
    }

    private static FailedAttempt Failed(HistoryRow row)
    {
        var (failed, place) = Find(row, Chronicle.IsFailedAttempt);
        return new()
        {
            Id = place,
            ScopeId = row.ScopeId,
            Node = failed.Node!,
            Token = failed.Token!.Value,
            Attempt = failed.Attempt!.Value,
            Error = failed.Error,
            Cause = failed.Cause,
            Timestamp = failed.Timestamp,
            IsPermanent = row.Failure == AttemptFailure.Permanent,
        };
    }

    private static NodeOutput Output(HistoryRow row, string node)
    {
        var (exit, place) = Find(row, e => e.Node == node && Chronicle.IsExit(e.Type));
        return new() { Id = place, ScopeId = row.ScopeId, Node = node, Output = exit.Output!.Value, Timestamp = exit.Timestamp };
    }

    private static (HistoryEvent Event, long Id) Find(HistoryRow row, Predicate<HistoryEvent> which)
    {
        var events = JsonSerializer.Deserialize<List<HistoryEvent>>(row.Events, OrchestratorJson.Options)!;
        var index = events.FindLastIndex(which);
        return (events[index], RunQueries.EntryId(row.Id, index));
    }
}
