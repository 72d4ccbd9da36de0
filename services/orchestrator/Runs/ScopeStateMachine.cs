using Flow.Contracts;
using Flow.Orchestrator.MapData;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;
using Flow.StatesLanguage;
using MassTransit;

namespace Flow.Orchestrator.Runs;

/// <summary>A branch of a Parallel or an iteration of a Map. Its row is made by its parent's transition, so nothing starts here.</summary>
public sealed class ScopeStateMachine : MassTransitStateMachine<RunScope>
{
    public ScopeStateMachine()
    {
        InstanceState(scope => scope.CurrentState);
        Event(() => NodeSucceeded, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));
        Event(() => NodeFailed, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));
        Event(() => NodeHeartbeat, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));
        Event(() => TimerFired, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));
        Event(() => ScopeClosed, e => e.CorrelateById(m => m.Message.ParentId).OnMissingInstance(m => m.Discard()));
        Event(() => MapItemsRead, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));
        Event(() => MapResultsWritten, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));
        Event(() => ReleaseScopes, e => e.CorrelateById(m => m.Message.ScopeId).OnMissingInstance(m => m.Discard()));

        During(Running,
            When(NodeSucceeded).Succeed(),
            When(NodeFailed).Step(m => new Signal.TaskFailed(m.Token, m.Error, m.Cause)),
            When(NodeHeartbeat).Step(m => new Signal.TaskHeartbeat(m.Token)),
            When(TimerFired).Step(m => new Signal.TimerElapsed(m.Token, m.Kind.ToTimerKind())),
            When(ScopeClosed).Step(m => new Signal.ChildClosed(m.GroupToken, m.Index, m.Succeeded, m.Error, m.Cause)),
            When(MapItemsRead).OpenMap(),
            When(MapResultsWritten).Step(m => m.Cause is null ? new Signal.ResultsWritten(m.Token, m.Result) : new Signal.ResultsNotWritten(m.Token, m.Cause)),
            When(ReleaseScopes).Release());

        // The heartbeat of an attempt in flight starts nothing.
        During(Paused,
            When(NodeHeartbeat).Step(m => new Signal.TaskHeartbeat(m.Token)),
            When(NodeSucceeded).Hold(), When(NodeFailed).Hold(), When(TimerFired).Hold(), When(ScopeClosed).Hold(), When(MapItemsRead).Hold(), When(MapResultsWritten).Hold(), When(ReleaseScopes).Hold());

        foreach (var ended in new[] { Succeeded, Failed, Cancelled })
            During(ended, Ignore(NodeSucceeded), Ignore(NodeFailed), Ignore(NodeHeartbeat), Ignore(TimerFired), Ignore(ScopeClosed), Ignore(MapItemsRead), Ignore(MapResultsWritten), Ignore(ReleaseScopes));
        During(Pending, Ignore(NodeSucceeded), Ignore(NodeFailed), Ignore(NodeHeartbeat), Ignore(TimerFired), Ignore(ScopeClosed), Ignore(MapItemsRead), Ignore(MapResultsWritten), Ignore(ReleaseScopes));
    }

    /// <summary>Held back by MaxConcurrency, or until a redriven group has room for it.</summary>
    public State Pending { get; private set; } = null!;

    public State Running { get; private set; } = null!;

    /// <summary>Holds what it is told until the run goes on.</summary>
    public State Paused { get; private set; } = null!;

    public State Succeeded { get; private set; } = null!;

    public State Failed { get; private set; } = null!;

    /// <summary>Closed by what happened above it.</summary>
    public State Cancelled { get; private set; } = null!;

    public Event<NodeSucceeded> NodeSucceeded { get; private set; } = null!;

    public Event<NodeFailed> NodeFailed { get; private set; } = null!;

    public Event<NodeHeartbeat> NodeHeartbeat { get; private set; } = null!;

    public Event<TimerFired> TimerFired { get; private set; } = null!;

    public Event<ScopeClosed> ScopeClosed { get; private set; } = null!;

    public Event<MapItemsRead> MapItemsRead { get; private set; } = null!;

    public Event<MapResultsWritten> MapResultsWritten { get; private set; } = null!;

    public Event<ReleaseScopes> ReleaseScopes { get; private set; } = null!;
}
