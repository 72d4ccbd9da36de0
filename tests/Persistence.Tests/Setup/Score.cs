using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence.Tests;

/// <summary>A saga that is one flat row, so that messages for it share commits.</summary>
public sealed class Score : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string State { get; set; } = "";

    public int Points { get; set; }

    /// <summary>What was added, in order.</summary>
    public string Log { get; set; } = "";
}

/// <summary>What a message does besides adding points.</summary>
public enum ScoreTwist
{
    None,

    /// <summary>Throws after everything else.</summary>
    Throws,

    /// <summary>Runs a statement of its own.</summary>
    Writes,

    /// <summary>Writes a note numbered by those that are there: a stale look makes two of one number, which the table refuses.</summary>
    Reads,

    /// <summary>Writes a note that is there already: its group cannot commit.</summary>
    Collides,

    /// <summary>Waits for <see cref="Seen.Gate"/>.</summary>
    Waits,
}

public sealed record AddPoints(Guid ScoreId, int Points, ScoreTwist Twist = ScoreTwist.None);

public sealed record PointsAdded(Guid ScoreId, int Points);

public sealed class ScoreMachine : MassTransitStateMachine<Score>
{
    public ScoreMachine()
    {
        InstanceState(score => score.State);
        Event(() => Added, e =>
        {
            e.CorrelateById(m => m.Message.ScoreId);
            e.SetSagaFactory(m => new Score { CorrelationId = m.Message.ScoreId });
        });
        Initially(When(Added).ThenAsync(AddAsync).TransitionTo(Open));
        During(Open, When(Added).ThenAsync(AddAsync));
    }

    public State Open { get; private set; } = null!;

    public Event<AddPoints> Added { get; private set; } = null!;

    private static async Task AddAsync(BehaviorContext<Score, AddPoints> context)
    {
        var ledger = (LedgerContext)context.GetPayload<IServiceProvider>().GetService(typeof(LedgerContext))!;
        context.Saga.Points += context.Message.Points;
        context.Saga.Log += $"{context.Message.Points};";
        await context.Publish(new PointsAdded(context.Saga.CorrelationId, context.Saga.Points));
        ledger.Echoes.Add(new Echo { Text = $"{context.Saga.CorrelationId} {context.Saga.Points}" });
        switch (context.Message.Twist)
        {
            case ScoreTwist.Throws:
                throw new InvalidOperationException("The score is disputed.");
            case ScoreTwist.Writes:
                await ledger.Echoes.Where(echo => echo.Text == "nothing").ExecuteDeleteAsync(context.CancellationToken);
                break;
            case ScoreTwist.Reads:
                var prefix = $"{context.Saga.CorrelationId} note ";
                var count = await ledger.Notes.CountAsync(note => note.Text.StartsWith(prefix), context.CancellationToken);
                ledger.Notes.Add(new Note { Text = $"{prefix}{count}" });
                break;
            case ScoreTwist.Collides:
                ledger.Notes.Add(new Note { Text = "taken" });
                break;
            case ScoreTwist.Waits:
                var seen = (Seen)context.GetPayload<IServiceProvider>().GetService(typeof(Seen))!;
                seen.Attempt(nameof(ScoreTwist.Waits));
                await seen.Gate.Task;
                break;
        }
    }
}
