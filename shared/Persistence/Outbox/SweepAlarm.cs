using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>Wakes the sweeper when a row becomes due, so that it need not look all the time.</summary>
internal sealed class SweepAlarm<TDbContext>(TimeProvider time)
    where TDbContext : DbContext
{
    private readonly Lock _lock = new();
    private DateTime _at = DateTime.MaxValue;
    private TaskCompletionSource _sooner = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Rings at the given time (UTC) or sooner.</summary>
    public void Set(DateTime at)
    {
        lock (_lock)
        {
            if (at >= _at)
                return;
            _at = at;
            _sooner.TrySetResult();
        }
    }

    /// <summary>Waits for the earliest time set since the last ring, at most until the given time.</summary>
    public async Task WaitAsync(DateTime latest, CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan pause;
            Task sooner;
            lock (_lock)
            {
                pause = (_at < latest ? _at : latest) - time.GetUtcNow().UtcDateTime;
                if (pause <= TimeSpan.Zero)
                {
                    _at = DateTime.MaxValue;
                    return;
                }

                if (_sooner.Task.IsCompleted)
                    _sooner = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                sooner = _sooner.Task;
            }

            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(Task.Delay(pause, time, end.Token), sooner);
            await end.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
