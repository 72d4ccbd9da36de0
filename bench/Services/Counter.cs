using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Bench.Services;

/// <summary>The least a saga does: count, and tell.</summary>
public sealed class Counter : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string State { get; set; } = "";

    public int Count { get; set; }
}

public sealed record Step(Guid CounterId);

public sealed record Stepped(Guid CounterId, int Count);

public sealed class CounterMachine : MassTransitStateMachine<Counter>
{
    public CounterMachine(Progress progress)
    {
        InstanceState(counter => counter.State);
        Event(() => Step, e =>
        {
            e.CorrelateById(m => m.Message.CounterId);
            e.SetSagaFactory(m => new Counter { CorrelationId = m.Message.CounterId });
        });
        Initially(When(Step).ThenAsync(c => CountAsync(c, progress)).TransitionTo(Counting));
        During(Counting, When(Step).ThenAsync(c => CountAsync(c, progress)));
    }

    public State Counting { get; private set; } = null!;

    public Event<Step> Step { get; private set; } = null!;

    private static async Task CountAsync(BehaviorContext<Counter, Step> context, Progress progress)
    {
        context.Saga.Count++;
        await context.Publish(new Stepped(context.Saga.CorrelationId, context.Saga.Count));
        progress.Done();
    }
}

/// <summary>Says when a number of transitions has been made.</summary>
public sealed class Progress
{
    private TaskCompletionSource _reached = new();
    private int _left;

    public void Expect(int transitions)
    {
        _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _left, transitions);
    }

    public Task Reached => _reached.Task;

    public void Done()
    {
        if (Interlocked.Decrement(ref _left) == 0)
            _reached.TrySetResult();
    }
}

public sealed class CounterContext(DbContextOptions<CounterContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Counter>().HasKey(counter => counter.CorrelationId);
        modelBuilder.AddInboxStateEntity();
        modelBuilder.AddOutboxMessageEntity();
    }
}
