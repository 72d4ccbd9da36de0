using Flow.Worker.Execution;
using Flow.Worker.Handlers;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Bus;

/// <summary>
/// Connects the worker's queues once every service of the process has started, and drains them before any of them stops: takes nothing more, waits for the items
/// in hand, gives back what is left after the limit, and says goodbye. So the bus is there from the first item to the last answer, whatever else the process hosts.
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
    IOptions<FlowWorkerOptions> options,
    TimeProvider time,
    ILogger<WorkerHost> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stopping = new();
    private HostReceiveEndpointHandle? _news;
    private Task _connecting = Task.CompletedTask;

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
        await _connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        logger.LogInformation("Worker {WorkerId} stops within {ShutdownTimeoutSeconds} s.", identity.WorkerId, options.Value.ShutdownTimeoutSeconds);
        await runner.Close();

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.ShutdownTimeoutSeconds), time);
        await using (limit.Token.Register(() => _ = runner.Abandon()))
        {
            await queues.Stop(cancellationToken);
            await paused.Stop();
            await leases.Drain();
        }

        if (_news is not null)
            await Stop(_news, cancellationToken);
        await heartbeat.Stop();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private async Task Connect(CancellationToken cancellationToken)
    {
        // Before the first item, so that no cancellation or pause is missed.
        _news = connector.ConnectReceiveEndpoint(new TemporaryEndpointDefinition("flow-worker"), KebabCaseEndpointNameFormatter.Instance, (_, endpoint) =>
        {
            endpoint.Instance(news);
            endpoint.Instance(paused);
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
