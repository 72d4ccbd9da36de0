using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Explaining;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;
using Flow.StatesLanguage;
using Flow.StatesLanguage.States;

namespace Flow.Orchestrator.Records;

/// <summary>What a scope, or a row of the history, says of a work item.</summary>
internal static class WorkItems
{
    /// <summary>The item that an open scope waits for; null: it does for none.</summary>
    public static RunWorkItem? Outstanding(Evidence evidence) => evidence.Situation switch
    {
        Situation.Attempt when Task(evidence) is { } task => Attempt(evidence, Resource.Parse(task.Resource).For(evidence.Scope.TaskInput)),
        Situation.Delay when Task(evidence) is not null => Delayed(evidence),
        _ => null,
    };

    /// <summary>The item that a scope waited for when it was closed; null: it did for none. It goes by no definition: the run may have been redriven on another version since.</summary>
    public static RunWorkItem? Cancelled(ScopeState state) => ScopeJson.Read(state.Document) is { OutstandingAttempt: { } token } scope
        ? new()
        {
            Status = WorkItemStatus.Cancelled,
            ScopeId = scope.Id,
            Node = scope.Node!,
            Attempt = scope.Attempts,
            Token = token,
            ScheduledAt = scope.DispatchedAt,
            EndedAt = state.EndedAt,
        }
        : null;

    /// <summary>The item whose end is among a row's events; null: none ended.</summary>
    public static RunWorkItem? Ended(HistoryRow row)
    {
        var happened = JsonSerializer.Deserialize<List<HistoryEvent>>(row.Events, OrchestratorJson.Options)!.Find(IsEnd);
        return happened is null ? null : new()
        {
            Status = row.Failure switch
            {
                null => WorkItemStatus.Completed,
                AttemptFailure.Permanent => WorkItemStatus.PermanentlyFailed,
                _ => WorkItemStatus.Failed,
            },
            ScopeId = row.ScopeId,
            Node = happened.Node!,
            Attempt = happened.Attempt!.Value,
            Token = happened.Token,
            EndedAt = happened.Timestamp,
            Error = happened.Error,
            Cause = happened.Cause,
        };
    }

    private static bool IsEnd(HistoryEvent happened) =>
        Chronicle.IsFailedAttempt(happened) || (happened is { Token: not null, Attempt: not null } && happened.Type.EndsWith("Succeeded", StringComparison.Ordinal));

    private static TaskState? Task(Evidence evidence) => evidence.Definition.Machine(evidence.Scope.Machine)[evidence.Scope.Node!] as TaskState;

    private static RunWorkItem Attempt(Evidence evidence, Resource resource)
    {
        var scope = evidence.Scope;
        var isRun = resource is { Kind: ResourceKind.Run, Pattern: ResourcePattern.Job };
        return new()
        {
            Status = IsTaken(evidence) ? WorkItemStatus.InProgress : WorkItemStatus.Pending,
            ScopeId = scope.Id,
            Node = scope.Node!,
            Attempt = scope.Attempts,
            Token = scope.Token,
            Queue = isRun ? null : QueueNames.ForWork(resource.Queue ?? evidence.Run.Queue, evidence.Run.Priority),
            Handler = isRun ? null : resource.Handler,
            WaitsForToken = resource.WaitsForToken,
            WorkerId = evidence.Handling?.Worker.WorkerId ?? scope.Vitals?.WorkerId,
            ScheduledAt = scope.DispatchedAt,
            StartedAt = evidence.Handling?.Item.StartedAt ?? evidence.ChildRun?.StartedAt,
            DueAt = Due(evidence),
        };
    }

    private static RunWorkItem Delayed(Evidence evidence) => new()
    {
        Status = WorkItemStatus.WaitingRetry,
        ScopeId = evidence.Scope.Id,
        Node = evidence.Scope.Node!,
        Attempt = evidence.Scope.Attempts + 1,
        DueAt = Due(evidence),
    };

    private static bool IsTaken(Evidence evidence) => evidence.Handling is not null || evidence.ChildRun is not null || evidence.Scope.Vitals?.HeardAt is not null;

    private static DateTimeOffset? Due(Evidence evidence) => evidence.Timers.Where(t => t.Token == evidence.Scope.Token).Min(t => (DateTimeOffset?)t.DueAt);
}
