using Flow.Contracts;
using Flow.Worker.Execution;
using Flow.Worker.Handlers;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Bus;

/// <summary>Publishes that the worker lives, on a timer of its own, and that it stops.</summary>
internal sealed class HeartbeatLoop(
    IBus bus, HandlerCatalog catalog, FlightBoard board, WorkerIdentity identity, IOptions<FlowWorkerOptions> options, TimeProvider time, ILogger<HeartbeatLoop> logger)
    : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    private TimeSpan Interval => TimeSpan.FromSeconds(options.Value.HeartbeatSeconds);

    public void Start() => _loop = Beat();

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
            do
                await Publish(stopping: false);
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task Publish(bool stopping)
    {
        try
        {
            await bus.Publish(Heartbeat(stopping), CancellationToken.None).WaitAsync(Interval, time, stopping ? CancellationToken.None : _stop.Token);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested || stopping)
        {
            logger.LogWarning(e, "A heartbeat of worker {WorkerId} could not be published.", identity.WorkerId);
        }
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
    };
}
