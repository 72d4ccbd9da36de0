using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;
using Flow.StatesLanguage;

namespace Flow.Simulation.Tests;

/// <summary>
/// One orchestrator process: the product's transition code with caches of its own, reached by what the tables of <see cref="RunStateMachine"/> and <see cref="ScopeStateMachine"/> say; they are
/// mirrored here because MassTransit's machinery around them would be most of the time of a simulation.
/// </summary>
internal sealed class Dispatcher
{
    private readonly Transition _transition;
    private readonly ChildScopes _children;
    private readonly RunLifecycle _lifecycle;
    private readonly Pausing _pausing;
    private readonly Redriving _redriving;

    public Dispatcher(TimeProvider time)
    {
        Transition transition = null!;
        // As wide as the Maps here are, they are opened in slices.
        _children = new(new Lazy<Transition>(() => transition), time, sliceSize: 2);
        _transition = transition = new(new RunFactsCache(), new CommandPerformer(_children), time);
        _lifecycle = new(_transition, time);
        _pausing = new(time);
        _redriving = new(_transition, _lifecycle, time);
    }

    /// <summary>The messages a run or scope is told.</summary>
    public static IReadOnlyList<Type> Messages { get; } =
    [
        typeof(BeginRun), typeof(CancelRun), typeof(PauseRun), typeof(ResumeRun), typeof(RedriveRun), typeof(ReleaseHeld), typeof(TellParent), typeof(NodeSucceeded), typeof(NodeFailed),
        typeof(NodeHeartbeat), typeof(NodeLeased), typeof(NodeReleased), typeof(TimerFired), typeof(ScopeClosed), typeof(ReleaseScopes), typeof(Flow.Orchestrator.MapData.MapItemsRead), typeof(Flow.Orchestrator.MapData.MapResultsWritten),
    ];

    public Task TellRunAsync(SimulatedTransaction transaction, object message)
    {
        var run = transaction.Runs.Find(RunIdOf(message));
        if (run is null && message is BeginRun begin)
        {
            run = new Run { CorrelationId = begin.RunId };
            transaction.Runs.Put(begin.RunId, run);
            return _lifecycle.AcceptAsync(transaction, run, begin);
        }

        if (run is null)
            return Task.CompletedTask;
        var hasEnded = run.EndedAt is not null;
        return (run.CurrentState, message) switch
        {
            (_, BeginRun m) => _lifecycle.AcceptAgainAsync(transaction, run, m),
            (_, RedriveRun m) => _redriving.RedriveAsync(transaction, run, m),
            (_, CancelRun m) when !hasEnded => _lifecycle.CancelAsync(transaction, run, m.Reason),
            (_, ReleaseHeld) when hasEnded => Do(() => transaction.DropHeld(run.CorrelationId)),
            (_, TellParent) when hasEnded => Family.TellParentAsync(transaction, run, Enum.Parse<Contracts.Api.RunStatus>(run.CurrentState), run.EndedAt!.Value),
            ("Scheduled" or "Running", PauseRun m) => _pausing.PauseAsync(transaction, run, m),
            ("Scheduled" or "Running", ReleaseHeld) => Pausing.ReleaseAsync(transaction, run),
            ("Scheduled", TimerFired { Kind: DueKind.Start }) => _lifecycle.StartAsync(transaction, run),
            ("Running" or "Paused", TimerFired { Kind: DueKind.RunTimeout } m) => _lifecycle.TimeOutAsync(transaction, run, m),
            ("Paused", ResumeRun) => _pausing.ResumeAsync(transaction, run),
            _ => TellAsync(transaction, run, message),
        };
    }

    public Task TellScopeAsync(SimulatedTransaction transaction, object message) =>
        transaction.Scopes.Find(ScopeIdOf(message)) is { } scope ? TellAsync(transaction, scope, message) : Task.CompletedTask;

    /// <summary>What roots, branches and iterations have in common.</summary>
    private Task TellAsync(SimulatedTransaction transaction, ScopeState scope, object message) => (scope.CurrentState, message) switch
    {
        ("Running" or "Paused", NodeHeartbeat m) => StepAsync(transaction, scope, m.ToSignal()),
        ("Running" or "Paused", NodeLeased m) => StepAsync(transaction, scope, m.ToSignal()),
        ("Paused", NodeReleased m) => HoldAsync(transaction, scope, m),
        ("Running", NodeReleased m) => StepAsync(transaction, scope, new Signal.TaskReleased(m.Token, m.IsHeld)),
        ("Paused", NodeSucceeded m) => HoldAsync(transaction, scope, m),
        ("Paused", NodeFailed m) => HoldAsync(transaction, scope, m),
        ("Paused", TimerFired m) => HoldAsync(transaction, scope, m),
        ("Paused", ScopeClosed m) => HoldAsync(transaction, scope, m),
        ("Paused", ReleaseScopes m) => HoldAsync(transaction, scope, m),
        ("Running", NodeSucceeded m) => _transition.SucceedAsync(transaction, scope, m),
        ("Running", NodeFailed m) => StepAsync(transaction, scope, new Signal.TaskFailed(m.Token, m.Error, m.Cause)),
        ("Running", TimerFired { Kind: not (DueKind.Start or DueKind.RunTimeout) } m) => StepAsync(transaction, scope, new Signal.TimerElapsed(m.Token, m.Kind.ToTimerKind())),
        ("Running", ScopeClosed m) => StepAsync(transaction, scope, new Signal.ChildClosed(m.GroupToken, m.Index, m.Succeeded, m.Error, m.Cause)),
        ("Running", ReleaseScopes m) => _children.ReleaseAsync(transaction, scope, m.GroupToken, m.Count),
        _ => Task.CompletedTask,
    };

    private Task StepAsync(SimulatedTransaction transaction, ScopeState scope, Signal signal) => _transition.RunAsync(transaction, scope, signal);

    private Task HoldAsync<T>(SimulatedTransaction transaction, ScopeState scope, T message)
        where T : class => Do(() => _pausing.Hold(transaction, scope, message));

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static Guid RunIdOf(object message) => message switch
    {
        BeginRun m => m.RunId,
        CancelRun m => m.RunId,
        PauseRun m => m.RunId,
        ResumeRun m => m.RunId,
        RedriveRun m => m.RunId,
        ReleaseHeld m => m.RunId,
        TellParent m => m.RunId,
        _ => ScopeIdOf(message),
    };

    private static Guid ScopeIdOf(object message) => message switch
    {
        NodeSucceeded m => m.ScopeId,
        NodeFailed m => m.ScopeId,
        NodeHeartbeat m => m.ScopeId,
        NodeLeased m => m.ScopeId,
        NodeReleased m => m.ScopeId,
        TimerFired m => m.ScopeId,
        ScopeClosed m => m.ParentId,
        ReleaseScopes m => m.ScopeId,
        _ => throw new ArgumentException($"No scope is told {message.GetType().Name}.", nameof(message)),
    };
}
