using System.Data.Common;
using Flow.Orchestrator.Storage;
using Flow.Persistence;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Flow.Orchestrator.Timers;

/// <summary>Wakes the timer service when a timer was committed that is due before the one it sleeps for.</summary>
internal sealed class TimerAlarm(TimeProvider time)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _rung = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _sleepingUntil = DateTimeOffset.MinValue;

    /// <summary>Says that a timer was committed.</summary>
    public void Committed(DateTimeOffset dueAt)
    {
        lock (_lock)
        {
            if (dueAt < _sleepingUntil)
                _rung.TrySetResult();
        }
    }

    /// <summary>Makes every commit from now on ring, until <see cref="SleepAsync"/> narrows that down.</summary>
    public void Arm()
    {
        lock (_lock)
        {
            _sleepingUntil = DateTimeOffset.MaxValue;
            if (_rung.Task.IsCompleted)
                _rung = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Sleeps until then, or until a commit rings.</summary>
    public async Task SleepAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        Task rung;
        lock (_lock)
        {
            _sleepingUntil = until;
            rung = _rung.Task;
        }

        var delay = until - time.GetUtcNow();
        if (delay <= TimeSpan.Zero)
            return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(rung, Task.Delay(delay, time, stop.Token));
        await stop.CancelAsync();
    }
}

/// <summary>Tells the alarm what a transaction added, once it is committed.</summary>
internal sealed class TimerCommits(TimerAlarm alarm) : DbTransactionInterceptor, ICommitObserver<OrchestratorDbContext>
{
    public void Committed(OrchestratorDbContext context)
    {
        if (context.EarliestTimer is not { } dueAt)
            return;
        context.EarliestTimer = null;
        alarm.Committed(dueAt);
    }

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Tell(eventData);

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Tell(eventData);
        return Task.CompletedTask;
    }

    private void Tell(TransactionEndEventData eventData)
    {
        if (eventData.Context is OrchestratorDbContext context)
            Committed(context);
    }
}
