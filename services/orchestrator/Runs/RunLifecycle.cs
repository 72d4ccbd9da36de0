using System.Text;
using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;
using Flow.StatesLanguage;

namespace Flow.Orchestrator.Runs;

/// <summary>The beginning of a run, and the ends that do not come from its own walk.</summary>
internal sealed class RunLifecycle(Transition transition, TimeProvider time)
{
    /// <summary>Makes the run of a start that was found good, and starts it or sets its alarm clock.</summary>
    public async Task AcceptAsync(IRunTransaction transaction, Run run, BeginRun begin)
    {
        var now = time.GetUtcNow();
        var definition = await transaction.DefinitionAsync(begin.Request.Workflow, begin.Version);
        var input = await InputAsync(transaction, begin);
        Fill(run, begin, input ?? "null", now);
        run.TimeoutSeconds = begin.Request.TimeoutSeconds ?? definition.TimeoutSeconds;
        run.Document = ScopeJson.Write(new Scope { Id = run.CorrelationId, Input = JsonElement.Parse(run.Input) });
        if (input is null)
        {
            await CancelAsync(transaction, run, "Its input was stored apart from its start, and is not there any more. Start it again.");
        }
        else if (run.ParentResource is not null && !await Family.IsAwaitedAsync(transaction, run))
        {
            await CancelAsync(transaction, run, "The run that started it did not wait for it any more when it was to begin.");
        }
        else if (begin.Request.NotBefore is { } notBefore && notBefore > now)
        {
            run.CurrentState = nameof(RunStateMachine.Scheduled);
            await transaction.SetTimerAsync(new TimerRow
            {
                Token = run.CorrelationId,
                Kind = nameof(DueKind.Start),
                DueAt = notBefore,
                RunId = run.CorrelationId,
                ScopeId = run.CorrelationId,
            });
        }
        else
        {
            await StartAsync(transaction, run);
        }

        await transaction.AnswerAsync(new RunBegun(run.CorrelationId));
    }

    /// <summary>The same start once more: the same answer, unless it asks for something else.</summary>
    public async Task AcceptAgainAsync(IRunTransaction transaction, Run run, BeginRun begin)
    {
        if (begin.InputReference is { } reference)
            transaction.DropPayload(begin.RunId, reference);
        if (run.RequestHash == begin.RequestHash)
        {
            await transaction.AnswerAsync(new RunBegun(run.CorrelationId));
            return;
        }

        var rejected = new RunRejected
        {
            RunId = run.CorrelationId,
            Workflow = begin.Request.Workflow,
            IdempotencyKey = begin.Request.IdempotencyKey,
            Reason = "idempotency-conflict",
            Message = $"Run {run.CorrelationId} was started earlier with another body. Send the same body to get the same run, or another RunId or IdempotencyKey for a new one.",
            Timestamp = time.GetUtcNow(),
        };
        await transaction.PublishAsync(rejected);
        await transaction.AnswerAsync(rejected);
    }

    public async Task StartAsync(IRunTransaction transaction, Run run)
    {
        var now = time.GetUtcNow();
        run.StartedAt = now;
        run.CurrentState = nameof(RunStateMachine.Running);
        await RunLimit.SetAsync(transaction, run, now);
        await transaction.PublishAsync(new RunStarted
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
        await transition.RunAsync(transaction, run, new Signal.Started());
    }

    public async Task CancelAsync(IRunTransaction transaction, Run run, string? reason)
    {
        var now = time.GetUtcNow();
        await EndAsync(transaction, run, RunStatus.Cancelled, "ExecutionAborted", reason, now);
        await transaction.PublishAsync(new RunCancelled
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

    /// <summary>Ends the run because its time is up, unless that was an earlier limit of it.</summary>
    public async Task TimeOutAsync(IRunTransaction transaction, Run run, TimerFired fired)
    {
        if (!RunLimit.IsReached(run, fired))
            return;
        var now = time.GetUtcNow();
        run.Error = "States.Timeout";
        run.Cause = $"The run did not end within its {run.TimeoutSeconds} seconds.";
        await EndAsync(transaction, run, RunStatus.TimedOut, "ExecutionTimedOut", run.Cause, now);
        await transaction.PublishAsync(new RunTimedOut
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
    private static async Task EndAsync(IRunTransaction transaction, Run run, RunStatus status, string eventType, string? cause, DateTimeOffset now)
    {
        await transaction.CancelScopesAsync(run.CorrelationId, "", now);
        await Family.CancelChildrenAsync(transaction, run.CorrelationId, "");
        await Family.CancelChildrenAsync(transaction, run.CorrelationId, null);
        transaction.DropTimersOf(run.CorrelationId);
        transaction.DropPayloadsOf(run.CorrelationId);
        if (run.PausedAt is not null)
            transaction.DropHeld(run.CorrelationId);
        run.PausedAt = null;
        run.CurrentState = status.ToString();
        run.EndedAt = now;
        await Family.TellParentAsync(transaction, run, status, now);
        await Transition.RecordAsync(transaction, run, run.Workflow, [new HistoryEvent { Type = eventType, Timestamp = now, Cause = cause }]);
    }

    /// <summary>The input that is asked for, as JSON; null: it was stored, and is lost.</summary>
    private static async Task<string?> InputAsync(IRunTransaction transaction, BeginRun begin)
    {
        if (begin.InputReference is not { } reference)
            return begin.Request.Input.ValueKind == JsonValueKind.Undefined ? "{}" : begin.Request.Input.GetRawText();
        var input = await transaction.ReadPayloadAsync(begin.RunId, begin.RunId, reference);
        transaction.DropPayload(begin.RunId, reference);
        return input is null ? null : Encoding.UTF8.GetString(input);
    }

    private static void Fill(Run run, BeginRun begin, string input, DateTimeOffset now)
    {
        var request = begin.Request;
        run.Workflow = request.Workflow;
        run.WorkflowVersion = begin.Version;
        run.RequestHash = begin.RequestHash;
        run.Name = request.Name;
        run.IdempotencyKey = request.IdempotencyKey;
        run.Input = input;
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
}
