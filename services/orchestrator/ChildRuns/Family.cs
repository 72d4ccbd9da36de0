using System.Text;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;

namespace Flow.Orchestrator.ChildRuns;

/// <summary>What the ends of parents and children mean to each other.</summary>
internal static class Family
{
    /// <summary>Tells the attempt that waits for this run, if one does, how it ended.</summary>
    public static Task TellParentAsync(IRunTransaction transaction, Run run, RunStatus status, DateTimeOffset now)
    {
        if (run is not { ParentResource: { } resource, ParentScopeId: { } scopeId, SourceRunId: { } parentId })
            return Task.CompletedTask;
        var report = ChildRunReport.Ended(run, resource, status, now);
        var size = Encoding.UTF8.GetByteCount(report.GetRawText());
        var limit = transaction.Limits.MaxPayloadBytes;
        if (status == RunStatus.Succeeded && size <= limit)
            return Answers.SendAsync(transaction, new NodeSucceeded { RunId = parentId, ScopeId = scopeId, Token = run.CorrelationId, Output = report });

        // What a node cannot take, or a message not carry, may not keep this run from ending.
        var failed = status == RunStatus.Succeeded
            ? Failed("States.DataLimitExceeded", $"Run {run.CorrelationId} ended well, but what is told of it has {size} bytes; a node takes {limit} at most.")
            : Failed("States.TaskFailed", report.GetRawText());
        if (status != RunStatus.Succeeded && (size > limit || !transaction.Limits.Holds(failed, report)))
            failed = failed with { Cause = ChildRunReport.Ended(run, resource, status, now, withInput: false).GetRawText() };
        return transaction.SendToScopeAsync(parentId, scopeId, failed);

        NodeFailed Failed(string error, string cause) => new() { RunId = parentId, ScopeId = scopeId, Token = run.CorrelationId, Error = error, Cause = cause };
    }

    /// <summary>
    /// Whether the attempt that started this run still waits for it. Its row stays locked until the child's transaction ends: a parent that ends at the same
    /// time does so before, and is seen here, or after, and sees the child.
    /// </summary>
    public static async Task<bool> IsAwaitedAsync(IRunTransaction transaction, Run run) =>
        await transaction.LockAsync(run.SourceRunId!.Value, run.ParentScopeId!.Value) is { CurrentState: nameof(RunStateMachine.Running) or nameof(RunStateMachine.Paused) } parent
        && ScopeJson.Read(parent.Document).OutstandingAttempt == run.CorrelationId;

    /// <summary>Cancels the open runs that nodes of the root (<paramref name="lineage"/> null) or of the scopes under a lineage wait for. Call it after the scopes are closed.</summary>
    public static async Task CancelChildrenAsync(IRunTransaction transaction, Guid runId, string? lineage)
    {
        foreach (var child in await transaction.AwaitedRunsAsync(runId, lineage))
            await CancelAsync(transaction, child);
    }

    /// <summary>Cancels the run that an attempt waited for until its time was up.</summary>
    public static Task CancelAsync(IRunTransaction transaction, Guid child) =>
        transaction.SendToScopeAsync(child, child, new CancelRun(child, "The run that waited for it does not any more.", "parent"));
}
