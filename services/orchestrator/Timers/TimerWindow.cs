using Flow.Orchestrator.Runs;
using MassTransit;

namespace Flow.Orchestrator.Timers;

/// <summary>
/// How many fired timers may be on their way. After a downtime any number may be overdue; fired all at once they would fill memory and stand in the queue
/// before the answers of workers, each of which waits for all that are before it. So a claim waits until this process has handled half of the ones before, as long as it handles any: when it
/// has handled none for a second, another orchestrator has them.
/// </summary>
internal sealed class TimerWindow(TimeProvider time) : IConsumeObserver
{
    /// <summary>Most fired timers on their way, of one orchestrator: as many as share a commit.</summary>
    public const int Size = 2 * TimerService.ClaimSize;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underway;
    private long _handled;

    /// <summary>Notes that so many were fired.</summary>
    public void Fired(int count)
    {
        lock (_lock)
            _underway += count;
    }

    /// <summary>Waits for room for one more claim, as long as timers are handled.</summary>
    public async Task RoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            long handled;
            lock (_lock)
            {
                if (HasRoom)
                    return;
                if (_room.Task.IsCompleted)
                    _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
                (room, handled) = (_room.Task, _handled);
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(room, Task.Delay(Patience, time, stop.Token));
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            lock (_lock)
            {
                if (_handled == handled)
                    _underway = 0;
            }
        }
    }

    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class => HandledAsync(context.Message);

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class => HandledAsync(context.Message);

    private bool HasRoom => _underway <= Size - TimerService.ClaimSize;

    private Task HandledAsync(object message)
    {
        if (message is not TimerFired)
            return Task.CompletedTask;
        lock (_lock)
        {
            _handled++;
            _underway = Math.Max(0, _underway - 1);
            if (HasRoom)
                _room.TrySetResult();
        }

        return Task.CompletedTask;
    }
}
