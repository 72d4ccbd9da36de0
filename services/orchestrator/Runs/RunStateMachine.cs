using Flow.Contracts;
using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.MapData;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;
using Flow.StatesLanguage;
using MassTransit;

namespace Flow.Orchestrator.Runs;

/// <summary>A run: its root scope, and what an operator or its time limit does to the whole of it.</summary>
public sealed class RunStateMachine : MassTransitStateMachine<Run>
{
    public RunStateMachine()
    {
        InstanceState(run => run.CurrentState);
        Event(() => Begin, e => e.CorrelateById(m => m.Message.RunId));
        Event(() => Cancel, e => e.CorrelateById(m => m.Message.RunId).OnMissingInstance(m => m.Discard()));
        Event(() => Pause, e => e.CorrelateById(m => m.Message.RunId).OnMissingInstance(m => m.Discard()));
        Event(() => Resume, e => e.CorrelateById(m => m.Message.RunId).OnMissingInstance(m => m.Discard()));
        Event(() => Redrive, e => e.CorrelateById(m => m.Message.RunId).OnMissingInstance(m => m.Discard()));
        Event(() => ReleaseHeld, e => e.CorrelateById(m => m.Message.RunId).OnMissingInstance(m => m.Discard()));
        Event(() => TellParent, e => e.CorrelateById(m => m.Message.RunId).OnMissingInstance(m => m.Discard()));
        Event(() => NodeSucceeded, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));
        Event(() => NodeFailed, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));
        Event(() => NodeHeartbeat, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));
        Event(() => TimerFired, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));
        Event(() => ScopeClosed, e => e.CorrelateById(m => m.Message.ParentId).OnMissingInstance(m => m.Discard()));
        Event(() => MapItemsRead, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));
        Event(() => MapResultsWritten, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));
        Event(() => ReleaseScopes, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));

        Initially(
            When(Begin).Accept());

        During(Scheduled,
            When(TimerFired, m => m.Message.Kind == DueKind.Start).Start(),
            When(Cancel).Cancel(),
            Ignore(NodeSucceeded), Ignore(NodeFailed), Ignore(NodeHeartbeat), Ignore(ScopeClosed), Ignore(MapItemsRead), Ignore(MapResultsWritten), Ignore(ReleaseScopes));

        During(Running,
            When(NodeSucceeded).Succeed(),
            When(NodeFailed).Step(m => new Signal.TaskFailed(m.Token, m.Error, m.Cause)),
            When(NodeHeartbeat).Step(m => new Signal.TaskHeartbeat(m.Token)),
            When(TimerFired, m => m.Message.Kind <= DueKind.Heartbeat).Step(m => new Signal.TimerElapsed(m.Token, m.Kind.ToTimerKind())),
            When(TimerFired, m => m.Message.Kind == DueKind.RunTimeout).TimeOut(),
            When(ScopeClosed).Step(m => new Signal.ChildClosed(m.GroupToken, m.Index, m.Succeeded, m.Error, m.Cause)),
            When(MapItemsRead).OpenMap(),
            When(MapResultsWritten).Step(m => m.Cause is null ? new Signal.ResultsWritten(m.Token, m.Result) : new Signal.ResultsNotWritten(m.Token, m.Cause)),
            When(ReleaseScopes).Release(),
            When(Cancel).Cancel());

        // The run's own time goes on; the heartbeat of an attempt in flight starts nothing.
        During(Paused,
            When(NodeHeartbeat).Step(m => new Signal.TaskHeartbeat(m.Token)),
            When(NodeSucceeded).Hold(), When(NodeFailed).Hold(), When(ScopeClosed).Hold(), When(MapItemsRead).Hold(), When(MapResultsWritten).Hold(), When(ReleaseScopes).Hold(),
            When(TimerFired, m => m.Message.Kind != DueKind.RunTimeout).Hold(),
            When(TimerFired, m => m.Message.Kind == DueKind.RunTimeout).TimeOut(),
            When(Resume).Resume(),
            When(Cancel).Cancel(),
            Ignore(Pause), Ignore(ReleaseHeld));

        foreach (var unpaused in new[] { Scheduled, Running })
            During(unpaused, When(Pause).Pause(), When(ReleaseHeld).ReleaseHeld(), Ignore(Resume));
        foreach (var begun in new[] { Scheduled, Running, Paused })
            During(begun, When(Begin).AcceptAgain(), When(Redrive).Redrive(), Ignore(TellParent));
        foreach (var ended in new[] { Succeeded, Failed, Cancelled, TimedOut })
        {
            During(ended,
                When(Begin).AcceptAgain(),
                When(Redrive).Redrive(),
                When(ReleaseHeld).DropHeld(),
                When(TellParent).TellParent(),
                Ignore(Pause), Ignore(Resume), Ignore(Cancel),
                Ignore(NodeSucceeded), Ignore(NodeFailed), Ignore(NodeHeartbeat), Ignore(TimerFired), Ignore(ScopeClosed), Ignore(MapItemsRead), Ignore(MapResultsWritten), Ignore(ReleaseScopes));
        }
    }

    /// <summary>Waits for its NotBefore.</summary>
    public State Scheduled { get; private set; } = null!;

    public State Running { get; private set; } = null!;

    /// <summary>Holds what it is told until it goes on.</summary>
    public State Paused { get; private set; } = null!;

    public State Succeeded { get; private set; } = null!;

    public State Failed { get; private set; } = null!;

    public State Cancelled { get; private set; } = null!;

    public State TimedOut { get; private set; } = null!;

    public Event<BeginRun> Begin { get; private set; } = null!;

    public Event<CancelRun> Cancel { get; private set; } = null!;

    public Event<PauseRun> Pause { get; private set; } = null!;

    public Event<ResumeRun> Resume { get; private set; } = null!;

    public Event<RedriveRun> Redrive { get; private set; } = null!;

    public Event<TellParent> TellParent { get; private set; } = null!;

    public Event<ReleaseHeld> ReleaseHeld { get; private set; } = null!;

    public Event<NodeSucceeded> NodeSucceeded { get; private set; } = null!;

    public Event<NodeFailed> NodeFailed { get; private set; } = null!;

    public Event<NodeHeartbeat> NodeHeartbeat { get; private set; } = null!;

    public Event<TimerFired> TimerFired { get; private set; } = null!;

    public Event<ScopeClosed> ScopeClosed { get; private set; } = null!;

    public Event<MapItemsRead> MapItemsRead { get; private set; } = null!;

    public Event<MapResultsWritten> MapResultsWritten { get; private set; } = null!;

    public Event<ReleaseScopes> ReleaseScopes { get; private set; } = null!;
}
