using System.Collections.Concurrent;
using MassTransit;

namespace Flow.Persistence.Tests;

public sealed class TallyMachine : MassTransitStateMachine<Tally>
{
    public TallyMachine(NodeSettings settings)
    {
        InstanceState(tally => tally.State);
        Event(() => Added, e =>
        {
            e.CorrelateById(m => m.Message.TallyId);
            e.InsertOnInitial = settings.InsertsFirst;
            e.SetSagaFactory(m => new Tally { CorrelationId = m.Message.TallyId });
        });
        Event(() => Labelled, e => e.CorrelateById(m => m.Message.TallyId).OnMissingInstance(m => m.Discard()));
        Event(() => Closed, e => e.CorrelateBy((tally, m) => tally.Label == m.Message.Label).OnMissingInstance(m => m.Discard()));
        Initially(When(Added).Then(Add).Publish(c => new TallyChanged(c.Saga.CorrelationId, c.Saga.Total)).TransitionTo(Counting));
        During(
            Counting,
            When(Added).Then(Add).Publish(c => new TallyChanged(c.Saga.CorrelationId, c.Saga.Total)),
            When(Labelled).Then(c => c.Saga.Label = c.Message.Label),
            When(Closed).Publish(c => new TallyChanged(c.Saga.CorrelationId, -1)).Finalize());
        SetCompletedWhenFinalized();
    }

    public State Counting { get; private set; } = null!;

    public Event<AddToTally> Added { get; private set; } = null!;

    public Event<LabelTally> Labelled { get; private set; } = null!;

    public Event<CloseTallies> Closed { get; private set; } = null!;

    private static void Add(BehaviorContext<Tally, AddToTally> context)
    {
        if (context.Message.Amount < 0)
            throw new InvalidOperationException("A tally only grows.");
        context.Saga.Total += context.Message.Amount;
        context.Saga.Last = new LastStep { Amount = context.Message.Amount };
    }
}

/// <summary>Writes a note, tells of it, and then fails as often as it is told to.</summary>
public sealed class NoteWriter(LedgerContext ledger, Seen seen) : IConsumer<WriteNote>
{
    public async Task Consume(ConsumeContext<WriteNote> context)
    {
        ledger.Notes.Add(new Note { Text = context.Message.Text });
        await context.Publish(new NoteWritten(context.Message.Text));
        if (seen.Attempt(context.Message.Text) <= context.Message.FailTimes)
            throw new InvalidOperationException("The pen broke.");
    }
}

/// <summary>Writes down what it hears; through the inbox, so once for each message.</summary>
public sealed class EchoWriter(LedgerContext ledger) : IConsumer<NoteWritten>
{
    public Task Consume(ConsumeContext<NoteWritten> context)
    {
        ledger.Echoes.Add(new Echo { Text = context.Message.Text });
        return Task.CompletedTask;
    }
}

/// <summary>Listens without inbox: sees every copy.</summary>
public sealed class Listener(Seen seen) : IConsumer<NoteWritten>, IConsumer<TallyChanged>, IConsumer<PointsAdded>, IConsumer<Fault<WriteNote>>
{
    public Task Consume(ConsumeContext<NoteWritten> context) => seen.Add(context);

    public Task Consume(ConsumeContext<TallyChanged> context) => seen.Add(context);

    public Task Consume(ConsumeContext<PointsAdded> context) => seen.Add(context);

    public Task Consume(ConsumeContext<Fault<WriteNote>> context) => seen.Add(context);
}

/// <summary>What arrived.</summary>
public sealed class Seen
{
    private readonly ConcurrentDictionary<string, int> _attempts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ConsumeContext> _contexts = new();

    /// <summary>What some messages wait for.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Attempt(string text) => _attempts.AddOrUpdate(text, 1, (_, n) => n + 1);

    public int Attempts(string text) => _attempts.GetValueOrDefault(text);

    public Task Add(ConsumeContext context)
    {
        _contexts.Enqueue(context);
        return Task.CompletedTask;
    }

    public IReadOnlyList<ConsumeContext<T>> Of<T>()
        where T : class => [.. _contexts.OfType<ConsumeContext<T>>()];
}
