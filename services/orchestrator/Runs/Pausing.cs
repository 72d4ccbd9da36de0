using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.MapData;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using MassTransit.Serialization;

namespace Flow.Orchestrator.Runs;

/// <summary>
/// A paused run. Its scopes take in nothing: what they are told is held, row by row, and told again when the run goes on. So nothing new starts, what was in flight ends
/// and is kept, and a run goes on with exactly what had not run.
/// </summary>
internal sealed class Pausing(TimeProvider time)
{
    /// <summary>Most held messages told again in one transaction; more are told by a message of their own.</summary>
    private const int ReleasesPerTransaction = 100;

    private static readonly Dictionary<string, Func<IRunTransaction, HeldMessage, Task>> Senders = new(
        [ResultSender(), Sender<NodeFailed>(), Sender<NodeReleased>(), Sender<TimerFired>(), Sender<ScopeClosed>(), Sender<ReleaseScopes>(), Sender<MapItemsRead>(), Sender<MapResultsWritten>()],
        StringComparer.Ordinal);

    public async Task PauseAsync(IRunTransaction transaction, Run run, PauseRun order)
    {
        var now = time.GetUtcNow();
        run.CurrentState = nameof(RunStateMachine.Paused);
        run.PausedAt = now;
        await transaction.PauseScopesAsync(run.CorrelationId);
        await transaction.PublishAsync(new RunPaused
        {
            RunId = run.CorrelationId,
            Workflow = run.Workflow,
            Version = run.WorkflowVersion,
            Name = run.Name,
            Batch = RunEnd.Batch(run),
            Timestamp = now,
            Reason = order.Reason,
        });
        await Transition.RecordAsync(transaction, run, run.Workflow, [new HistoryEvent { Type = "ExecutionPaused", Timestamp = now, Cause = order.Reason }]);
    }

    public async Task ResumeAsync(IRunTransaction transaction, Run run)
    {
        var now = time.GetUtcNow();
        run.CurrentState = ScopeJson.Read(run.Document).Status == ScopeStatus.Pending ? nameof(RunStateMachine.Scheduled) : nameof(RunStateMachine.Running);
        run.PausedAt = null;
        await transaction.ResumeScopesAsync(run.CorrelationId);
        await transaction.PublishAsync(new RunResumed
        {
            RunId = run.CorrelationId,
            Workflow = run.Workflow,
            Version = run.WorkflowVersion,
            Name = run.Name,
            Batch = RunEnd.Batch(run),
            Timestamp = now,
        });
        await Transition.RecordAsync(transaction, run, run.Workflow, [new HistoryEvent { Type = "ExecutionResumed", Timestamp = now }]);
        await ReleaseAsync(transaction, run);
    }

    public void Hold<T>(IRunTransaction transaction, ScopeState state, T message)
        where T : class => transaction.Add(new HeldMessage
        {
            RunId = state.RunId,
            ScopeId = state.CorrelationId,
            Type = typeof(T).Name,
            Body = JsonSerializer.Serialize(message, SystemTextJsonMessageSerializer.Options),
            HeldAt = time.GetUtcNow(),
        });

    /// <summary>Tells the next of the held messages again. They are new messages: the bus has seen the old ones.</summary>
    public static async Task ReleaseAsync(IRunTransaction transaction, Run run)
    {
        var held = await transaction.TakeHeldAsync(run.CorrelationId, ReleasesPerTransaction);
        foreach (var message in held)
            await Senders[message.Type](transaction, message);
        if (held.Count == ReleasesPerTransaction)
            await transaction.SendToScopeAsync(run.CorrelationId, run.CorrelationId, new ReleaseHeld(run.CorrelationId));
    }

    /// <summary>A result fitted into the message it came in; into the new one perhaps not.</summary>
    private static KeyValuePair<string, Func<IRunTransaction, HeldMessage, Task>> ResultSender() => new(
        nameof(NodeSucceeded),
        (transaction, held) => Answers.SendAsync(
            transaction,
            JsonSerializer.Deserialize<NodeSucceeded>(held.Body, SystemTextJsonMessageSerializer.Options)! with { RunId = held.RunId, ScopeId = held.ScopeId }));

    private static KeyValuePair<string, Func<IRunTransaction, HeldMessage, Task>> Sender<T>()
        where T : class => new(
            typeof(T).Name,
            (transaction, held) => transaction.SendToScopeAsync(held.RunId, held.ScopeId, JsonSerializer.Deserialize<T>(held.Body, SystemTextJsonMessageSerializer.Options)!));
}
