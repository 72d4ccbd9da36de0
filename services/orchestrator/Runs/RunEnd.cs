using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.Storage;

namespace Flow.Orchestrator.Runs;

/// <summary>What follows when a run ends by itself.</summary>
internal static class RunEnd
{
    public static async Task PublishAsync(IRunTransaction transaction, Run run, DateTimeOffset now, bool succeeded)
    {
        RunLimit.Drop(transaction, run);
        await Family.TellParentAsync(transaction, run, succeeded ? RunStatus.Succeeded : RunStatus.Failed, now);
        if (succeeded)
        {
            await transaction.PublishAsync(new RunSucceeded
            {
                RunId = run.CorrelationId,
                Workflow = run.Workflow,
                Version = run.WorkflowVersion,
                Name = run.Name,
                Batch = Batch(run),
                StartedAt = run.StartedAt,
                Timestamp = now,
                Output = JsonElement.Parse(run.Output!),
            });
        }
        else
        {
            await transaction.PublishAsync(new RunFailed
            {
                RunId = run.CorrelationId,
                Workflow = run.Workflow,
                Version = run.WorkflowVersion,
                Name = run.Name,
                Batch = Batch(run),
                StartedAt = run.StartedAt,
                Timestamp = now,
                Error = run.Error,
                Cause = run.Cause,
                Node = run.Node,
            });
        }
    }

    public static BatchMembership? Batch(Run run) => run.BatchId is { } batch ? new BatchMembership(batch, run.BatchIndex ?? 0) : null;
}
