using Flow.Contracts;
using Flow.Worker.Execution;
using Flow.Worker.Handlers;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Bus;

/// <summary>
/// Connects the worker's queues once every service of the process has started, and drains them before any of them stops, or when an operator asks: takes nothing more, waits for the items
/// in hand, and gives back what is left after the limit. So the bus is there from the first item to the last answer, whatever else the process hosts.
/// </summary>
internal sealed class WorkerHost(
    IReceiveEndpointConnector connector,
    HandlerCatalog catalog,
    HandlerRunner runner,
    QueueGate queues,
    Leases leases,
    RunNewsConsumer news,
    PausedQueues paused,
    HeartbeatLoop heartbeat,
    WorkerIdentity identity,
    IHostApplicationLifetime lifetime,
    IOptions<FlowWorkerOptions> options,
    TimeProvider time,
    ILogger<WorkerHost> logger) : IHostedLifecycleService, IConsumer<DrainWorker>, IDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _timeIsUp = new();
    private HostReceiveEndpointHandle? _news;
    private Task _connecting = Task.CompletedTask;
    private Task? _drain;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        _connecting = Connect(_stopping.Token);
        if (await Task.WhenAny(_connecting, Task.Delay(StartPatience, time, cancellationToken)) == _connecting)
            await _connecting;
        else
            logger.LogWarning("Worker {WorkerId} has not reached its queues yet; it serves them once the broker is there.", identity.WorkerId);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        logger.LogInformation("Worker {WorkerId} stops within {ShutdownTimeoutSeconds} s.", identity.WorkerId, options.Value.ShutdownTimeoutSeconds);
        await using (cancellationToken.Register(_timeIsUp.Cancel))
            await Drain();

        if (_news is not null)
            await Stop(_news, cancellationToken);
        await heartbeat.Stop();
    }

    public Task Consume(ConsumeContext<DrainWorker> context)
    {
        if (context.Message.WorkerId == identity.WorkerId)
            _ = DrainOnRequest(context.Message.Exit);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stopping.Dispose();
        _timeIsUp.Dispose();
    }

    private async Task Connect(CancellationToken cancellationToken)
    {
        // Before the first item, so that no cancellation or pause is missed.
        _news = connector.ConnectReceiveEndpoint(new TemporaryEndpointDefinition("flow-worker"), KebabCaseEndpointNameFormatter.Instance, (_, endpoint) =>
        {
            endpoint.Instance(news);
            endpoint.Instance(paused);
            endpoint.Instance(this);
            endpoint.ConnectReceiveEndpointObserver(paused);
        });
        await _news.Ready.WaitAsync(cancellationToken);
        await paused.Start(cancellationToken);

        await queues.Start(cancellationToken);

        heartbeat.Start();
        logger.LogInformation(
            "Worker {WorkerId} serves {Handlers} on {Queues}, at most {Concurrency} at once.",
            identity.WorkerId, string.Join(", ", catalog.Names), string.Join(", ", catalog.Queues), options.Value.Concurrency);
    }

    private async Task DrainOnRequest(bool exit)
    {
        logger.LogInformation("Worker {WorkerId} is asked to take nothing more{Exit}.", identity.WorkerId, exit ? " and to end its process" : "");
        await Drain();
        if (exit)
            lifetime.StopApplication();
    }

    /// <summary>Once for the life of the process, whoever asks first.</summary>
    private Task Drain()
    {
        lock (_lock)
            return _drain ??= DrainOnce();
    }

    private async Task DrainOnce()
    {
        // Not under the lock.
        await Task.Yield();
        await _connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        heartbeat.Say(WorkerDrain.Draining);
        await runner.Close();

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.ShutdownTimeoutSeconds), time);
        await using (limit.Token.Register(() => _ = runner.Abandon()))
        {
            await queues.Stop(_timeIsUp.Token);
            await paused.Stop();
            await leases.Drain();
        }

        // The goodbye of one that stops follows at once, and says it.
        if (!_stopping.IsCancellationRequested)
            heartbeat.Say(WorkerDrain.Drained);
        logger.LogInformation("Worker {WorkerId} is drained.", identity.WorkerId);
    }

    private async Task Stop(HostReceiveEndpointHandle endpoint, CancellationToken cancellationToken)
    {
        try
        {
            await endpoint.StopAsync(cancellationToken);
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "The endpoint {Address} did not stop in good order.", endpoint.ReceiveEndpoint.InputAddress);
        }
    }
}
