using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.MapData;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;
using Flow.StatesLanguage;

namespace Flow.Orchestrator.Runs;

/// <summary>Does what the interpreter asks for, within the transaction of the transition.</summary>
internal sealed class CommandPerformer(ChildScopes children)
{
    /// <summary>A worker that does not know references refuses such an item, instead of taking null for its input.</summary>
    private const int ContractVersionOfReferences = 2;

    private const string InvalidQueue = "Flow.InvalidQueue";

    private static readonly JsonElement Null = JsonElement.Parse("null");

    /// <summary>Performs the commands of a step in order.</summary>
    /// <returns>The answer to a command that asks for one, which is told to the scope in the same transition; else null.</returns>
    public async Task<Signal?> PerformAsync(Frame frame, Step step, DateTimeOffset now)
    {
        Signal? answer = null;
        foreach (var command in step.Commands)
        {
            switch (command)
            {
                case Command.Record record:
                    frame.Chronicle.Add(Event(record.Event, now), record);
                    break;
                case Command.DispatchWorkItem item:
                    await DispatchAsync(frame, item, now);
                    break;
                case Command.StartTimer timer:
                    await frame.Transaction.SetTimerAsync(Timer(frame.State, timer));
                    break;
                case Command.CancelTimers timers:
                    frame.Transaction.DropTimers(timers.Token, timers.Kind?.ToDueKind());
                    break;
                case Command.OpenScopes open:
                    await children.OpenAsync(frame, open);
                    break;
                case Command.ReleaseScopes release:
                    await children.ReleaseAsync(frame.Transaction, frame.State, release.Token, release.Count, frame.Facts);
                    break;
                case Command.RedriveScopes redrive:
                    answer = new Signal.ChildrenReopened(redrive.NewToken, await children.RedriveAsync(frame, redrive));
                    break;
                case Command.JoinChildren join:
                    answer = new Signal.ChildrenClosed(join.Token, await ChildScopes.OutputsAsync(frame, join.Token));
                    break;
                case Command.CancelChildren cancel:
                    await ChildScopes.CancelAsync(frame.Transaction, frame.State, cancel.Token, now);
                    break;
                case Command.ReadItems read:
                    await frame.Transaction.SendAsync(Endpoints.MapData, new ReadMapItems(frame.State.RunId, frame.State.CorrelationId, read.Token, read.Source));
                    break;
                case Command.WriteResults write:
                    await frame.Transaction.SendAsync(Endpoints.MapData, new WriteMapResults(frame.State.RunId, frame.State.CorrelationId, write.Token, write.Target));
                    break;
                case Command.KeepJournal keep:
                    KeepJournal(frame, keep, now);
                    break;
                case Command.DeadLetter letter:
                    frame.Chronicle.DeadLettered();
                    await DeadLetterAsync(frame, letter, now);
                    break;
                case Command.Succeed succeed:
                    frame.State.Output = succeed.Output.GetRawText();
                    await CloseAsync(frame, now, succeeded: true);
                    break;
                case Command.Fail fail:
                    frame.State.Error = fail.Error;
                    frame.State.Cause = fail.Cause;
                    await CloseAsync(frame, now, succeeded: false);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException($"Unknown command {command}.");
            }
        }

        return answer;
    }

    private static async Task DispatchAsync(Frame frame, Command.DispatchWorkItem item, DateTimeOffset now)
    {
        var resource = Resource.Parse(item.Resource).For(item.Input);
        if (resource.Kind == ResourceKind.Run)
        {
            await StartChildRunAsync(frame, item);
            return;
        }

        var queue = resource.Queue ?? frame.Facts.Queue;
        if (QueueNames.WorkQueueNameFault(queue) is { } fault)
        {
            // Of a definition or a run that an earlier version took.
            var failure = new NodeFailed { RunId = frame.State.RunId, ScopeId = frame.State.CorrelationId, Token = item.Token, Error = InvalidQueue, Cause = fault };
            await frame.Transaction.SendToScopeAsync(failure.RunId, failure.ScopeId, failure);
            return;
        }

        var message = new NodeWorkItem
        {
            RunId = frame.State.RunId,
            ScopeId = frame.State.CorrelationId,
            Workflow = frame.Facts.Execution.Workflow,
            Version = frame.Facts.Execution.Version,
            Node = item.Node,
            Resource = item.Resource,
            Handler = resource.Handler,
            Token = item.Token,
            Attempt = item.Attempt,
            Input = item.Input,
            Priority = frame.Facts.Priority,
            TimeoutSeconds = item.TimeoutSeconds,
            HeartbeatSeconds = item.HeartbeatSeconds,
            WaitsForToken = resource.WaitsForToken,
            MaxCalls = Jobs.HandlerOf(frame.Facts.Execution.Workflow) is not null && Jobs.AttemptsOf(frame.Facts.Execution.Version) is not null ? 1 : null,
            ScheduledAt = now,
        };
        if (!frame.Transaction.Limits.Holds(message, item.Input))
            message = message with { Input = Null, InputReference = Store(frame, item), ContractVersion = ContractVersionOfReferences };
        await frame.Transaction.DispatchAsync(queue, message);
    }

    private static Task StartChildRunAsync(Frame frame, Command.DispatchWorkItem item)
    {
        var message = new StartChildRun
        {
            RunId = frame.State.RunId,
            ScopeId = frame.State.CorrelationId,
            Token = item.Token,
            Node = item.Node,
            Resource = item.Resource,
            Input = item.Input,
            Queue = frame.Facts.Queue,
            Priority = frame.Facts.Priority,
        };
        if (!frame.Transaction.Limits.Holds(message, item.Input))
            message = message with { Input = default, InputReference = Store(frame, item) };
        return frame.Transaction.SendAsync(Endpoints.ChildRuns, message);
    }

    private static Guid Store(Frame frame, Command.DispatchWorkItem item) =>
        frame.Transaction.StorePayload(frame.State.RunId, frame.State.CorrelationId, item.Token, item.Input);

    private static TimerRow Timer(ScopeState state, Command.StartTimer timer) =>
        new() { Token = timer.Token, Kind = timer.Kind.ToString(), DueAt = timer.DueAt, RunId = state.RunId, ScopeId = state.CorrelationId };

    private static void KeepJournal(Frame frame, Command.KeepJournal keep, DateTimeOffset now)
    {
        foreach (var (index, entry) in frame.Journal.Index())
        {
            frame.Transaction.Add(new JournalRow
            {
                RunId = frame.State.RunId,
                ScopeId = frame.State.CorrelationId,
                Token = keep.Token,
                Index = index,
                Node = keep.Node,
                Kind = entry.Kind,
                Value = JsonSerializer.Serialize(entry.Value.OrNull(), OrchestratorJson.Options),
                RecordedAt = now,
            });
        }
    }

    private static Task DeadLetterAsync(Frame frame, Command.DeadLetter letter, DateTimeOffset now) => frame.Transaction.PublishAsync(new NodeDeadLettered
    {
        RunId = frame.State.RunId,
        ScopeId = frame.State.CorrelationId,
        Workflow = frame.Facts.Execution.Workflow,
        Version = frame.Facts.Execution.Version,
        Node = letter.Node,
        Resource = letter.Resource,
        Token = letter.Token,
        Attempts = letter.Attempts,
        Input = letter.Input,
        Error = letter.Error,
        Cause = letter.Cause,
        Timestamp = now,
    });

    private static async Task CloseAsync(Frame frame, DateTimeOffset now, bool succeeded)
    {
        if (frame.State is Run run)
            await RunEnd.PublishAsync(frame.Transaction, run, now, succeeded);
        else if (frame.State is RunScope scope)
            await ChildScopes.TellParentAsync(frame.Transaction, scope, succeeded);
    }

    private static HistoryEvent Event(HistoryRecord record, DateTimeOffset now) => new()
    {
        Type = record.Type,
        Node = record.Node,
        Timestamp = now,
        Input = record.Input,
        Output = record.Output,
        Assigned = record.Assigned,
        Error = record.Error,
        Cause = record.Cause,
        Resource = record.Resource,
        Token = record.Token,
        Attempt = record.Attempt,
        Index = record.Index,
        Length = record.Length,
        Location = record.Location,
    };
}
