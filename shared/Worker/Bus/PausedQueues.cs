using Flow.Contracts;
using Flow.Worker.Handlers;
using Flow.Transports.Messages;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Flow.Worker.Bus;

/// <summary>
/// Which of the worker's queues an operator has paused. The orchestrator is asked: before the queues are served, whenever one is paused or resumed, and when the worker hears of that again after it was cut off from the
/// broker. Until it answers they stand as they stood; a worker that has just started waits for it, but not for ever.
/// </summary>
internal sealed class PausedQueues(IBus bus, HandlerCatalog catalog, TimeProvider time, ILogger<PausedQueues> logger)
    : IConsumer<QueuePaused>, IConsumer<QueueResumed>, IReceiveEndpointObserver, IDisposable
{
    private static readonly Uri Queue = new($"queue:{QueueNames.QueueChecks}");
    private static readonly RequestTimeout Patience = RequestTimeout.After(s: 5);
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CancellationTokenSource> _open = catalog.Queues.ToDictionary(queue => queue, _ => new CancellationTokenSource(), StringComparer.Ordinal);
    private readonly TaskCompletionSource _known = NewSignal();
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _news = NewSignal();
    private Task _asking = Task.CompletedTask;

    /// <summary>Ends when a queue is next paused or resumed.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Ends when it is known how the queues stand, or is not to be known for now.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        _asking = Ask(_stop.Token);
        await Task.WhenAny(_known.Task, Task.Delay(FirstPatience, time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (!_known.Task.IsCompleted)
            logger.LogWarning("No orchestrator says which queues are paused. After {Patience} they are served as if none was, until one says so.", FirstPatience);
    }

    public async Task Stop()
    {
        await _stop.CancelAsync();
        await _asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public bool Has(string queue) => TokenOf(queue).IsCancellationRequested;

    /// <summary>Cancelled while the queue is paused: nothing of it is to begin.</summary>
    public CancellationToken TokenOf(string? queue)
    {
        lock (_lock)
            return queue is not null && _open.TryGetValue(queue, out var open) ? open.Token : CancellationToken.None;
    }

    public Task Consume(ConsumeContext<QueuePaused> context) => AskAgain();

    public Task Consume(ConsumeContext<QueueResumed> context) => AskAgain();

    public Task Ready(ReceiveEndpointReady ready) => AskAgain();

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    public void Dispose()
    {
        _stop.Dispose();
        foreach (var open in _open.Values)
            open.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task AskAgain()
    {
        Interlocked.Exchange(ref _news, NewSignal()).SetResult();
        return Task.CompletedTask;
    }

    private async Task Ask(CancellationToken stopping)
    {
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            var news = Volatile.Read(ref _news).Task;
            try
            {
                var answer = await bus.CreateRequestClient<CheckQueues>(Queue, Patience).GetResponse<QueuesChecked>(
                    new CheckQueues { Queues = catalog.Queues }, request => request.NeverExpires(), stopping);
                Set([.. answer.Message.Paused]);
                _known.TrySetResult();
                pause = FirstPause;
                await news.WaitAsync(stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                logger.LogWarning("Which queues are paused is not answered ({Reason}); asking again in {Pause}.", e.Message, pause);
                await Task.WhenAny(news, Task.Delay(pause, time, stopping));
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private void Set(HashSet<string> paused)
    {
        List<CancellationTokenSource> closing;
        List<string> opening;
        lock (_lock)
        {
            closing = [.. _open.Where(q => paused.Contains(q.Key) && !q.Value.IsCancellationRequested).Select(q => q.Value)];
            opening = [.. _open.Where(q => !paused.Contains(q.Key) && q.Value.IsCancellationRequested).Select(q => q.Key)];
            foreach (var queue in opening)
                _open[queue] = new();
        }

        if (closing.Count + opening.Count == 0)
            return;
        closing.ForEach(open => open.Cancel());
        logger.LogInformation("Of the queues of this worker are paused: {Queues}.", paused.Count == 0 ? "none" : string.Join(", ", paused.Order(StringComparer.Ordinal)));
        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }
}
