using System.Globalization;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;
using Flow.StatesLanguage;

namespace Flow.Orchestrator.Explaining;

/// <summary>
/// Says what holds an open scope. Exactly one of these does: a work item, a token's holder, a timer, open children, a run it started, an object that is read or written, a
/// pause, MaxConcurrency; or a message to it is on its way.
/// </summary>
internal static class Classifier
{
    public static Finding Of(Evidence evidence)
    {
        var finding = evidence.State.CurrentState switch
        {
            nameof(RunStateMachine.Paused) => Paused(evidence.Run),
            nameof(RunStateMachine.Scheduled) => Timed(evidence, HoldReason.Scheduled, DueKind.Start, "The run waits for its NotBefore."),
            nameof(ScopeStateMachine.Pending) => new(HoldReason.HeldBack, HoldActor.Flow, "The iteration begins when another of its Map has ended (MaxConcurrency)."),
            _ => Standing(evidence),
        };
        return finding.Since is null ? finding with { Since = evidence.Scope.Node is null ? evidence.State.StartedAt : evidence.Scope.EnteredAt } : finding;
    }

    private static Finding Standing(Evidence evidence) => evidence.Situation switch
    {
        Situation.Attempt => Attempt(evidence),
        Situation.Delay => Timed(evidence, HoldReason.RetryDelay, DueKind.Retry, $"Attempt {evidence.Scope.Attempts + 1} begins after the delay of the node's Retry."),
        Situation.Wait => Timed(evidence, HoldReason.Wait, DueKind.Wait, "The Wait node waits for its time."),
        Situation.Group => Group(evidence.Scope.Children!, evidence.Children),
        Situation.Reading when evidence.AreItemsRead => Moving("The items of the Map are read; the message that tells it so is on its way, or lies in flow-runs_error or flow-scopes_error."),
        Situation.Reading => new(HoldReason.ReadingItems, HoldActor.Flow, "The items of the Map are read from storage. If this lasts, look at the queue flow-map-data and the storage."),
        Situation.Writing => new(HoldReason.WritingResults, HoldActor.Flow, "The results of the Map are written to storage. If this lasts, look at the queue flow-map-data and the storage."),
        var other => Moving($"The scope is {other} and nothing holds it; a transition is under way."),
    };

    private static Finding Paused(Run run) => new(HoldReason.Paused, HoldActor.Operator, "The run is paused. It goes on with 'flow resume'.") { Since = run.PausedAt };

    private static Finding Attempt(Evidence evidence)
    {
        var (scope, run) = (evidence.Scope, evidence.Run);
        var resource = evidence.AttemptedResource!;
        var limit = evidence.Timers.Where(t => t.Token == scope.Token).Min(t => (DateTimeOffset?)t.DueAt);
        if (resource is { Kind: ResourceKind.Run, Pattern: ResourcePattern.Job })
            return ChildRun(evidence.ChildRun, scope.Token!.Value) with { Until = limit };
        if (resource.WaitsForToken)
            return new(HoldReason.Token, HoldActor.TokenHolder, $"Whoever was given the task token of attempt {Number(scope.Attempts)} has not answered.") { Until = limit };
        if (scope.Vitals is { LeasedUntil: { } leasedUntil } vitals)
        {
            var text = $"Worker {vitals.WorkerId ?? "(unnamed)"} has it under a lease, for attempt {Number(scope.Attempts)} at handler '{resource.Handler}'. If it is not heard of until then, the attempt goes to another worker.";
            return new(HoldReason.WorkItem, HoldActor.Worker, text) { Until = leasedUntil };
        }

        if (evidence.Handling is { } handling)
        {
            return new(HoldReason.WorkItem, HoldActor.Worker, $"Attempt {Number(scope.Attempts)} at handler '{resource.Handler}' is with worker '{handling.Worker.WorkerId}' on {handling.Worker.Host}, which began {handling.Item.StartedAt:u}.")
            {
                Until = limit,
            };
        }

        if (evidence.PausedQueues.GetValueOrDefault(resource.Queue ?? run.Queue) is { } pause)
        {
            var text = $"Attempt {Number(scope.Attempts)} at handler '{resource.Handler}' waits in the queue '{pause.Queue}', which is paused{(pause.Reason is null ? "" : $" ({pause.Reason})")}. It goes on with 'flow queues resume {pause.Queue}'.";
            return new(HoldReason.QueuePaused, HoldActor.Operator, text) { Until = limit };
        }

        var queue = QueueNames.ForWork(resource.Queue ?? run.Queue, run.Priority);
        if (evidence.Rest is { } rest)
        {
            var text = $"Attempt {Number(scope.Attempts)} at handler '{resource.Handler}' is in queue '{queue}'. The handler failed always and rests, at {(rest.Workers == 1 ? "the one worker that serves" : $"all {Number(rest.Workers)} workers that serve")} it, until {rest.Until:u}; then one item is tried. See 'flow workers'.";
            return new(HoldReason.RestingHandler, HoldActor.Worker, text) { Until = limit < rest.Until ? limit : rest.Until };
        }

        return new(
            HoldReason.WorkItem,
            HoldActor.Worker,
            $"Attempt {Number(scope.Attempts)} at handler '{resource.Handler}' is in queue '{queue}', or with a worker that has not said so yet. If no worker serves this queue, start one with this handler.") { Until = limit };
    }

    private static Finding ChildRun(Run? child, Guid id) => child switch
    {
        null => Moving($"Run {id} is to begin; the message is on its way, or lies in flow-child-runs_error."),
        { EndedAt: null } => new(HoldReason.ChildRun, HoldActor.Flow, $"Run {id} of '{child.Workflow}', which the node started, is {child.CurrentState}. See 'flow why {id}'."),
        _ => Moving($"Run {id}, which the node started, is {child.CurrentState}; the message that tells it is on its way.") with { Remedy = Remedy.ChildRun },
    };

    private static Finding Group(OpenChildren told, Tally found) => found switch
    {
        { Open: > 0 } => new(HoldReason.Children, HoldActor.Flow, $"{Number(found.Closed)} of {Number(told.Total)} branches or iterations have ended; {Number(found.Open)} are open, {Number(found.HeldBack)} held back."),
        { HeldBack: > 0 } => Moving($"{Number(found.HeldBack)} iterations are held back and none is open; the message that starts the next is on its way.") with { Remedy = Remedy.Release },
        _ => Moving($"All {Number(found.Closed)} branches or iterations have ended, of which the parent has been told of {Number(told.Succeeded + told.Failed)}; the messages are on their way, or lie in flow-runs_error or flow-scopes_error: shovel them back."),
    };

    private static Finding Timed(Evidence evidence, HoldReason reason, DueKind kind, string text)
    {
        var token = kind == DueKind.Start ? evidence.State.CorrelationId : evidence.Scope.Token;
        return evidence.Timers.FirstOrDefault(t => t.Token == token && t.Kind == kind.ToString()) is { } timer
            ? new(reason, HoldActor.Flow, text) { Until = timer.DueAt }
            : Moving($"{text} Its timer has fired; the message is on its way.") with { Remedy = Remedy.Timer, Timer = kind };
    }

    private static Finding Moving(string text) => new(HoldReason.Moving, HoldActor.Flow, text);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
