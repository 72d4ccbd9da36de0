using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.MapData;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;
using Flow.StatesLanguage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Runs;

/// <summary>The verbs of the two state machines.</summary>
internal static class Steps
{
    private static readonly JsonElement Null = JsonElement.Parse("null");

    /// <summary>Tells the scope a signal and does what follows.</summary>
    public static EventActivityBinder<TState, TMessage> Step<TState, TMessage>(this EventActivityBinder<TState, TMessage> binder, Func<TMessage, Signal> signal)
        where TState : ScopeState
        where TMessage : class =>
        binder.ThenAsync(context => context.Service<Transition>().RunAsync(context.Transaction(), context.Saga, signal(context.Message)));

    /// <summary>Tells the scope that its attempt ended well.</summary>
    public static EventActivityBinder<TState, NodeSucceeded> Succeed<TState>(this EventActivityBinder<TState, NodeSucceeded> binder)
        where TState : ScopeState =>
        binder.ThenAsync(context => context.Service<Transition>().SucceedAsync(context.Transaction(), context.Saga, context.Message));

    /// <summary>Starts the next children of a wide group.</summary>
    public static EventActivityBinder<TState, ReleaseScopes> Release<TState>(this EventActivityBinder<TState, ReleaseScopes> binder)
        where TState : ScopeState =>
        binder.ThenAsync(context => context.Service<ChildScopes>().ReleaseAsync(context.Transaction(), context.Saga, context.Message.GroupToken, context.Message.Count));

    /// <summary>Opens a distributed Map with the items that were read, which are not needed any more then.</summary>
    public static EventActivityBinder<TState, MapItemsRead> OpenMap<TState>(this EventActivityBinder<TState, MapItemsRead> binder)
        where TState : ScopeState => binder.ThenAsync(async context =>
    {
        var (token, cause) = (context.Message.Token, context.Message.Cause);
        var transaction = context.Transaction();
        var items = cause is null ? await transaction.TakeItemsAsync(token) : null;
        if (cause is null && items is null)
            return;
        await context.Service<Transition>().RunAsync(transaction, context.Saga, items is null ? new Signal.ItemsNotRead(token, cause!) : new Signal.ItemsRead(token, JsonElement.Parse(items)));
    });

    public static EventActivityBinder<Run, BeginRun> Accept(this EventActivityBinder<Run, BeginRun> binder) =>
        binder.ThenAsync(context => context.Service<RunLifecycle>().AcceptAsync(context.Transaction(), context.Saga, context.Message));

    public static EventActivityBinder<Run, BeginRun> AcceptAgain(this EventActivityBinder<Run, BeginRun> binder) =>
        binder.ThenAsync(context => context.Service<RunLifecycle>().AcceptAgainAsync(context.Transaction(), context.Saga, context.Message));

    public static EventActivityBinder<Run, TimerFired> Start(this EventActivityBinder<Run, TimerFired> binder) =>
        binder.ThenAsync(context => context.Service<RunLifecycle>().StartAsync(context.Transaction(), context.Saga));

    public static EventActivityBinder<Run, CancelRun> Cancel(this EventActivityBinder<Run, CancelRun> binder) =>
        binder.ThenAsync(context => context.Service<RunLifecycle>().CancelAsync(context.Transaction(), context.Saga, context.Message.Reason));

    public static EventActivityBinder<Run, TimerFired> TimeOut(this EventActivityBinder<Run, TimerFired> binder) =>
        binder.ThenAsync(context => context.Service<RunLifecycle>().TimeOutAsync(context.Transaction(), context.Saga, context.Message));

    public static EventActivityBinder<Run, PauseRun> Pause(this EventActivityBinder<Run, PauseRun> binder) =>
        binder.ThenAsync(context => context.Service<Pausing>().PauseAsync(context.Transaction(), context.Saga, context.Message));

    public static EventActivityBinder<Run, ResumeRun> Resume(this EventActivityBinder<Run, ResumeRun> binder) =>
        binder.ThenAsync(context => context.Service<Pausing>().ResumeAsync(context.Transaction(), context.Saga));

    public static EventActivityBinder<Run, RedriveRun> Redrive(this EventActivityBinder<Run, RedriveRun> binder) =>
        binder.ThenAsync(context => context.Service<Redriving>().RedriveAsync(context.Transaction(), context.Saga, context.Message));

    /// <summary>Tells the attempt that waits for the run, if one does, how it ended.</summary>
    public static EventActivityBinder<Run, TellParent> TellParent(this EventActivityBinder<Run, TellParent> binder) =>
        binder.ThenAsync(context => Family.TellParentAsync(context.Transaction(), context.Saga, Enum.Parse<RunStatus>(context.Saga.CurrentState), context.Saga.EndedAt!.Value));

    /// <summary>Keeps the message until the run goes on.</summary>
    public static EventActivityBinder<TState, TMessage> Hold<TState, TMessage>(this EventActivityBinder<TState, TMessage> binder)
        where TState : ScopeState
        where TMessage : class =>
        binder.Then(context => context.Service<Pausing>().Hold(context.Transaction(), context.Saga, context.Message));

    /// <summary>Tells the next of the messages that were held.</summary>
    public static EventActivityBinder<Run, ReleaseHeld> ReleaseHeld(this EventActivityBinder<Run, ReleaseHeld> binder) =>
        binder.ThenAsync(context => Pausing.ReleaseAsync(context.Transaction(), context.Saga));

    /// <summary>Forgets what was held: the run has ended.</summary>
    public static EventActivityBinder<Run, ReleaseHeld> DropHeld(this EventActivityBinder<Run, ReleaseHeld> binder) =>
        binder.Then(context => context.Transaction().DropHeld(context.Saga.CorrelationId));

    /// <summary>The sign of life. Progress that is too long is not kept.</summary>
    public static Signal ToSignal(this NodeHeartbeat message) =>
        new Signal.TaskHeartbeat(message.Token, message.Progress is { } progress && progress.GetRawText().Length <= NodeHeartbeat.MaxProgressLength ? progress : null);

    public static Signal ToSignal(this NodeLeased message) => new Signal.TaskLeased(message.Token, Math.Clamp(message.LeaseSeconds, 1, NodeLeased.MaxLeaseSeconds), message.WorkerId);

    public static TimerKind ToTimerKind(this DueKind kind) => Enum.Parse<TimerKind>(kind.ToString());

    public static DueKind ToDueKind(this TimerKind kind) => Enum.Parse<DueKind>(kind.ToString());

    /// <summary>An output that was left out is null.</summary>
    public static JsonElement OrNull(this JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? Null : element;

    private static IRunTransaction Transaction(this ConsumeContext context) => context.Service<Func<ConsumeContext, IRunTransaction>>()(context);

    private static T Service<T>(this PipeContext context)
        where T : notnull =>
        context.GetPayload<IServiceProvider>().GetRequiredService<T>();
}
