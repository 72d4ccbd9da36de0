using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.Definitions;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;
using Flow.StatesLanguage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Runs;

/// <summary>The beginning of a run, and the ends that do not come from its own walk.</summary>
internal sealed class RunLifecycle(OrchestratorDbContext db, Transition transition, WorkflowCatalog catalog, TimeProvider time)
{
    /// <summary>Makes the run of a start that was found good, and starts it or sets its alarm clock.</summary>
    public async Task AcceptAsync(BehaviorContext<Run, BeginRun> context)
    {
        var run = context.Saga;
        var begin = context.Message;
        var now = time.GetUtcNow();
        var definition = await catalog.DefinitionAsync(db, begin.Request.Workflow, begin.Version, context.CancellationToken);
        Fill(run, begin, now);
        run.TimeoutSeconds = begin.Request.TimeoutSeconds ?? definition.TimeoutSeconds;
        run.Document = ScopeJson.Write(new Scope { Id = run.CorrelationId, Input = JsonElement.Parse(run.Input) });
        if (run.ParentResource is not null && !await Family.IsAwaitedAsync(db, run, context.CancellationToken))
        {
            await CancelAsync(context, "The run that started it did not wait for it any more when it was to begin.");
        }
        else if (begin.Request.NotBefore is { } notBefore && notBefore > now)
        {
            run.CurrentState = nameof(RunStateMachine.Scheduled);
            AddTimer(run, DueKind.Start, notBefore);
        }
        else
        {
            await StartAsync(context, run);
        }

        await AnswerAsync(context);
    }

    /// <summary>The same start once more: the same answer, unless it asks for something else.</summary>
    public async Task AcceptAgainAsync(BehaviorContext<Run, BeginRun> context)
    {
        if (context.Saga.RequestHash == context.Message.RequestHash)
        {
            await AnswerAsync(context);
            return;
        }

        var rejected = new RunRejected
        {
            RunId = context.Saga.CorrelationId,
            Workflow = context.Message.Request.Workflow,
            IdempotencyKey = context.Message.Request.IdempotencyKey,
            Reason = "idempotency-conflict",
            Message = $"Run {context.Saga.CorrelationId} was started earlier with another body. Send the same body to get the same run, or another RunId or IdempotencyKey for a new one.",
            Timestamp = time.GetUtcNow(),
        };
        await context.Publish(rejected);
        if (context.ResponseAddress is not null)
            await context.RespondAsync(rejected);
    }

    public async Task StartAsync(ConsumeContext context, Run run)
    {
        var now = time.GetUtcNow();
        run.StartedAt = now;
        run.CurrentState = nameof(RunStateMachine.Running);
        if (run.TimeoutSeconds is { } seconds)
            AddTimer(run, DueKind.RunTimeout, now.AddSeconds(seconds));
        await context.Publish(new RunStarted
        {
            RunId = run.CorrelationId,
            Workflow = run.Workflow,
            Version = run.WorkflowVersion,
            Name = run.Name,
            Batch = RunEnd.Batch(run),
            Trigger = run.Trigger,
            Tags = JsonSerializer.Deserialize<Dictionary<string, string>>(run.Tags) ?? [],
            Timestamp = now,
        });
        await transition.RunAsync(context, run, new Signal.Started());
    }

    public async Task CancelAsync(BehaviorContext<Run> context, string? reason)
    {
        var run = context.Saga;
        var now = time.GetUtcNow();
        await EndAsync(context, RunStatus.Cancelled, "ExecutionAborted", reason, now);
        await context.Publish(new RunCancelled
        {
            RunId = run.CorrelationId,
            Workflow = run.Workflow,
            Version = run.WorkflowVersion,
            Name = run.Name,
            Batch = RunEnd.Batch(run),
            StartedAt = run.StartedAt,
            Timestamp = now,
            Reason = reason,
        });
    }

    public async Task TimeOutAsync(BehaviorContext<Run, TimerFired> context)
    {
        var run = context.Saga;
        var now = time.GetUtcNow();
        run.Error = "States.Timeout";
        run.Cause = $"The run did not end within its {run.TimeoutSeconds} seconds.";
        await EndAsync(context, RunStatus.TimedOut, "ExecutionTimedOut", run.Cause, now);
        await context.Publish(new RunTimedOut
        {
            RunId = run.CorrelationId,
            Workflow = run.Workflow,
            Version = run.WorkflowVersion,
            Name = run.Name,
            Batch = RunEnd.Batch(run),
            StartedAt = run.StartedAt,
            Timestamp = now,
        });
    }

    /// <summary>Ends the run from outside: every scope closed, every timer dropped, every outstanding token void.</summary>
    private async Task EndAsync(BehaviorContext<Run> context, RunStatus status, string eventType, string? cause, DateTimeOffset now)
    {
        var run = context.Saga;
        await ChildScopes.CancelAsync(context, db, run.CorrelationId, "", now);
        await Family.CancelChildrenAsync(context, db, run.CorrelationId, db.Runs.Where(r => r.CorrelationId == run.CorrelationId).Select(r => r.CorrelationId));
        await db.Timers.Where(t => t.ScopeId == run.CorrelationId).ExecuteDeleteAsync(context.CancellationToken);
        run.CurrentState = status.ToString();
        run.EndedAt = now;
        await Family.TellParentAsync(context, run, status, now);
        await transition.RecordAsync(context, run, run.Workflow, [new HistoryEvent { Type = eventType, Timestamp = now, Cause = cause }]);
    }

    private static void Fill(Run run, BeginRun begin, DateTimeOffset now)
    {
        var request = begin.Request;
        run.Workflow = request.Workflow;
        run.WorkflowVersion = begin.Version;
        run.RequestHash = begin.RequestHash;
        run.Name = request.Name;
        run.IdempotencyKey = request.IdempotencyKey;
        run.Input = request.Input.ValueKind == JsonValueKind.Undefined ? "{}" : request.Input.GetRawText();
        run.Queue = request.Queue ?? QueueNames.DefaultWorkQueue;
        run.Priority = request.Priority;
        run.Trigger = request.Trigger;
        run.Tags = JsonSerializer.Serialize(request.Tags);
        run.SourceRunId = request.Source?.RunId;
        run.SourceNode = request.Source?.Node;
        run.ParentScopeId = begin.Parent?.ScopeId;
        run.ParentResource = begin.Parent?.Resource;
        run.BatchId = request.Batch?.BatchId;
        run.BatchIndex = request.Batch?.Index;
        run.NotBefore = request.NotBefore;
        run.StartedAt = now;
    }

    private void AddTimer(Run run, DueKind kind, DateTimeOffset dueAt)
    {
        db.Timers.Add(new TimerRow { Token = run.CorrelationId, Kind = kind.ToString(), DueAt = dueAt, RunId = run.CorrelationId, ScopeId = run.CorrelationId });
        db.TimerAdded(dueAt);
    }

    private static Task AnswerAsync(ConsumeContext<BeginRun> context) =>
        context.ResponseAddress is null ? Task.CompletedTask : context.RespondAsync(new RunBegun(context.Message.RunId));
}
