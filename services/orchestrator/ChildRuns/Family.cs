using System.Text;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.ChildRuns;

/// <summary>What the ends of parents and children mean to each other.</summary>
internal static class Family
{
    /// <summary>Tells the attempt that waits for this run, if one does, how it ended.</summary>
    public static Task TellParentAsync(ConsumeContext context, Run run, RunStatus status, DateTimeOffset now)
    {
        if (run is not { ParentResource: { } resource, ParentScopeId: { } scopeId, SourceRunId: { } parentId })
            return Task.CompletedTask;
        var report = ChildRunReport.Ended(run, resource, status, now);
        var size = Encoding.UTF8.GetByteCount(report.GetRawText());
        var saga = Endpoints.For(parentId, scopeId);
        if (status == RunStatus.Succeeded && size <= Execution.DefaultMaxPayloadBytes)
            return context.Send(saga, new NodeSucceeded { RunId = parentId, ScopeId = scopeId, Token = run.CorrelationId, Output = report });

        // What a node cannot take, or a message not carry, may not keep this run from ending.
        var (error, cause) = status == RunStatus.Succeeded
            ? ("States.DataLimitExceeded", $"Run {run.CorrelationId} ended well, but what is told of it has {size} bytes; a node takes {Execution.DefaultMaxPayloadBytes} at most.")
            : ("States.TaskFailed", (size <= Execution.DefaultMaxPayloadBytes ? report : ChildRunReport.Ended(run, resource, status, now, withInput: false)).GetRawText());
        return context.Send(saga, new NodeFailed { RunId = parentId, ScopeId = scopeId, Token = run.CorrelationId, Error = error, Cause = cause });
    }

    /// <summary>
    /// Whether the attempt that started this run still waits for it. Its row stays locked until the child's transaction ends: a parent that ends at the same
    /// time does so before, and is seen here, or after, and sees the child.
    /// </summary>
    public static async Task<bool> IsAwaitedAsync(OrchestratorDbContext db, Run run, CancellationToken cancellationToken)
    {
        var (parentId, scopeId) = (run.SourceRunId!.Value, run.ParentScopeId!.Value);
        ScopeState? parent = (db is PostgresOrchestratorDbContext, scopeId == parentId) switch
        {
            (true, true) => await db.Runs.FromSql($"SELECT * FROM runs WHERE run_id = {scopeId} FOR SHARE").AsNoTracking().SingleOrDefaultAsync(cancellationToken),
            (true, false) => await db.Scopes.FromSql($"SELECT * FROM scopes WHERE scope_id = {scopeId} FOR SHARE").AsNoTracking().SingleOrDefaultAsync(cancellationToken),
            (false, true) => await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.CorrelationId == scopeId, cancellationToken),
            (false, false) => await db.Scopes.AsNoTracking().SingleOrDefaultAsync(s => s.CorrelationId == scopeId, cancellationToken),
        };
        return parent is { CurrentState: nameof(RunStateMachine.Running) } && ScopeJson.Read(parent.Document).OutstandingAttempt == run.CorrelationId;
    }

    /// <summary>Cancels the open runs that nodes of these scopes wait for. Call it after the scopes are closed.</summary>
    public static async Task CancelChildrenAsync(ConsumeContext context, OrchestratorDbContext db, Guid runId, IQueryable<Guid> scopeIds)
    {
        var children = await db.Runs
            .Where(r => r.SourceRunId == runId && r.ParentResource != null && r.EndedAt == null && scopeIds.Contains(r.ParentScopeId!.Value))
            .Select(r => r.CorrelationId)
            .ToListAsync(context.CancellationToken);
        foreach (var child in children)
            await CancelAsync(context, child);
    }

    /// <summary>Cancels the run that an attempt waited for until its time was up.</summary>
    public static Task CancelAsync(ConsumeContext context, Guid child) =>
        context.Send(Endpoints.For(child, child), new CancelRun(child, "The run that waited for it does not any more.", "parent"));
}
