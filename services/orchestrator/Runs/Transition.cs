using System.Buffers.Binary;
using System.Security.Cryptography;
using Flow.Contracts;
using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Flow.StatesLanguage.States;

namespace Flow.Orchestrator.Runs;

/// <summary>Where commands are performed: the message, the scope it moved and what the scope belongs to.</summary>
internal sealed record Frame(IRunTransaction Transaction, ScopeState State, RunFacts Facts, Chronicle Chronicle)
{
    /// <summary>What the attempt that the message speaks of appends to the journal, if its node ends well.</summary>
    public IReadOnlyList<JournalEntry> Journal { get; init; } = [];
}

/// <summary>
/// One transition of a scope: load, ask the interpreter, perform, store. Everything it writes and sends commits with the saga row, or not at all.
/// </summary>
internal sealed class Transition(RunFactsCache factsCache, CommandPerformer performer, TimeProvider time)
{
    /// <summary>Tells a scope the result of its attempt, wherever that is.</summary>
    public async Task SucceedAsync(IRunTransaction transaction, ScopeState state, NodeSucceeded message)
    {
        var signal = FaultOf(message) is { } failed ? new Signal.TaskFailed(message.Token, failed.Error, failed.Cause) : await Answers.SignalAsync(transaction, state, message);
        if (signal is Signal.TaskSucceeded succeeded)
            signal = succeeded with { HasJournal = message.Journal is { Count: > 0 } };
        await RunAsync(transaction, state, signal, journal: message.Journal);
    }

    /// <summary>What a result becomes that cannot be kept; null: it can.</summary>
    public static NodeFailed? FaultOf(NodeSucceeded message) => JournalLimits.FaultOf(message.Journal) is { } fault ? Failure(message, "Flow.InvalidJournal", fault)
        : Interpreter.Accepts(message.Output) ? null
        : Failure(message, "States.TaskFailed", "The result contains a text that is not valid Unicode (half of a surrogate pair).");

    private static NodeFailed Failure(NodeSucceeded message, string error, string cause) => new()
    {
        RunId = message.RunId,
        ScopeId = message.ScopeId,
        Token = message.Token,
        Error = error,
        Cause = cause,
        WorkerId = message.WorkerId,
        StartedAt = message.StartedAt,
        EndedAt = message.EndedAt,
    };

    /// <summary>Tells a scope what happened. A late or duplicate signal leaves no trace.</summary>
    /// <param name="transaction">Where it happens.</param>
    /// <param name="state">The scope.</param>
    /// <param name="signal">What happened.</param>
    /// <param name="facts">Facts of the run, where this transaction may have changed them; null: those that are committed.</param>
    /// <param name="journal">What the attempt that ended well appends to the journal.</param>
    public async Task RunAsync(IRunTransaction transaction, ScopeState state, Signal signal, RunFacts? facts = null, IReadOnlyList<JournalEntry>? journal = null)
    {
        facts ??= await factsCache.GetAsync(transaction, state);
        var definition = await transaction.DefinitionAsync(facts.Execution.Workflow, facts.Execution.Version);
        var frame = new Frame(transaction, state, facts, new Chronicle(transaction, state)) { Journal = journal ?? [] };
        var before = ScopeJson.Read(state.Document) with { Execution = facts.Execution };
        var after = before;
        var now = time.GetUtcNow();
        for (Signal? next = signal; next is not null;)
        {
            var step = Interpreter.Step(definition, after, next, new Moment(now, Seed(transaction.MessageId, state, next)));
            after = step.Scope;
            // Before the commands: the children they start write rows of their own, which come after this one.
            if (step.Commands.Count > 0)
                frame.Chronicle.Begin(step.Commands);
            next = await performer.PerformAsync(frame, step, now);
        }

        if (!frame.Chronicle.HasBegun && ReferenceEquals(before, after))
            return;
        if (signal is Signal.TimerElapsed && before.OutstandingAttempt is { } attempt && attempt != after.OutstandingAttempt && IsRun(definition, before))
            await Family.CancelAsync(transaction, attempt);
        if (before.OutstandingAttempt is { } ended && ended != after.OutstandingAttempt && !transaction.Limits.Message.SurelyHolds(before.TaskInput))
            transaction.DropPayloads(state.RunId, ended);
        state.Document = ScopeJson.Write(after);
        state.Node = after.Node;
        // What a scope of a paused run is still told leaves it paused.
        if (state.CurrentState != nameof(RunStateMachine.Paused))
            state.CurrentState = after.Status.ToString();
        if (after.Status is ScopeStatus.Succeeded or ScopeStatus.Failed)
            state.EndedAt = now;
        await frame.Chronicle.CloseAsync(facts.Execution.Workflow);
    }

    /// <summary>Counts a transition that did not come from the interpreter, writes it into the history and tells whoever listens.</summary>
    public static Task RecordAsync(IRunTransaction transaction, ScopeState state, string workflow, IReadOnlyList<HistoryEvent> events)
    {
        var chronicle = new Chronicle(transaction, state);
        chronicle.Begin([]);
        foreach (var happened in events)
            chronicle.Add(happened);
        return chronicle.CloseAsync(workflow);
    }

    /// <summary>Whether the scope is at a node that waits for a run it started.</summary>
    private static bool IsRun(Definition definition, Scope scope) =>
        definition.Machine(scope.Machine)[scope.Node!] is TaskState task && Resource.Parse(task.Resource) is { Kind: ResourceKind.Run, Pattern: ResourcePattern.Job };

    /// <summary>The same message handled again on the same state gives the same tokens: an attempt repeated after a rollback is the same attempt.</summary>
    private static Guid Seed(Guid messageId, ScopeState state, Signal signal)
    {
        Span<byte> bytes = stackalloc byte[41];
        messageId.TryWriteBytes(bytes);
        state.CorrelationId.TryWriteBytes(bytes[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], state.Sequence);
        bytes[40] = signal switch { Signal.ChildrenClosed => 1, Signal.ChildrenReopened => 2, _ => 0 };
        return new Guid(SHA256.HashData(bytes).AsSpan(0, 16));
    }
}
