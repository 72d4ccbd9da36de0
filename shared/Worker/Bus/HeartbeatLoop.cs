using Flow.Contracts;
using Flow.Worker.Execution;
using Flow.Worker.Handlers;
using Flow.Worker.Policies;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Bus;

/// <summary>Publishes that the worker lives, on a timer of its own, and that it stops.</summary>
internal sealed class HeartbeatLoop(
    IBus bus,
    HandlerCatalog catalog,
    FlightBoard board,
    HandlerGates gates,
    WorkerIdentity identity,
    IOptions<FlowWorkerOptions> options,
    TimeProvider time,
    ILogger<HeartbeatLoop> logger) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkerDrain _drain;
    private Task _loop = Task.CompletedTask;
    private Task _sent = Task.CompletedTask;

    private TimeSpan Interval => TimeSpan.FromSeconds(options.Value.HeartbeatSeconds);

    public void Start() => _loop = Beat();

    /// <summary>Says how far the worker is that takes nothing more, at once and from then on.</summary>
    public void Say(WorkerDrain drain)
    {
        _drain = drain;
        Interlocked.Exchange(ref _said, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>Ends the loop and publishes the last heartbeat.</summary>
    public async Task Stop()
    {
        await _stop.CancelAsync();
        await _loop;
        await Publish(stopping: true);
    }

    public void Dispose() => _stop.Dispose();

    private async Task Beat()
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            var tick = Tick();
            while (true)
            {
                var said = Volatile.Read(ref _said).Task;
                await Publish(stopping: false);
                if (await Task.WhenAny(tick, said) != tick)
                    continue;
                await tick;
                tick = Tick();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }

        Task Tick() => timer.WaitForNextTickAsync(_stop.Token).AsTask();
    }

    private async Task Publish(bool stopping)
    {
        try
        {
            _sent = Send(Heartbeat(stopping), after: _sent);
            await _sent.WaitAsync(Interval, time, stopping ? CancellationToken.None : _stop.Token);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested || stopping)
        {
            logger.LogWarning(e, "A heartbeat of worker {WorkerId} could not be published.", identity.WorkerId);
        }
    }

    /// <summary>One after the other, so that the last one is the last to arrive.</summary>
    private async Task Send(WorkerHeartbeat heartbeat, Task after)
    {
        await after.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await bus.Publish(heartbeat, CancellationToken.None);
    }

    private WorkerHeartbeat Heartbeat(bool stopping) => new()
    {
        WorkerId = identity.WorkerId,
        Host = identity.Host,
        Version = identity.Version,
        Queues = catalog.Queues,
        Handlers = catalog.Names,
        Concurrency = options.Value.Concurrency,
        InFlight = board.InFlight,
        StartedAt = identity.StartedAt,
        Timestamp = time.GetUtcNow(),
        IntervalSeconds = options.Value.HeartbeatSeconds,
        Stopping = stopping,
        Resting = gates.Resting,
        Drain = _drain,
        Succeeded = board.Succeeded,
        Failed = board.Failed,
    };
}
