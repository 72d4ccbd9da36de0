using MassTransit;
using MassTransit.Transports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flow.Transports;

/// <summary>
/// Starts and stops the bus with the process. Start-up waits until the bus is ready, but not for a broker that is down: then the process comes up not
/// ready, says so at intervals, and the bus connects when the broker comes. It takes no message before its prerequisites hold.
/// </summary>
internal sealed class BusStartup(
    IBusDepot depot,
    IBusInstance bus,
    BrokerProbe probe,
    IEnumerable<IBusPrerequisite> prerequisites,
    IOptions<MassTransitHostOptions> options,
    TimeProvider time,
    ILogger<BusStartup> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GiveUpLimit = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<(string Name, Task Wait)> _waits = [];
    private Task _start = Task.CompletedTask;
    private Task _watch = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var problem = await probe.CheckAsync(cancellationToken);
        _waits.AddRange(prerequisites.Select(needed => (needed.Name, needed.WaitAsync(_stopping.Token))));
        _start = StartBusAsync();
        if (problem is null)
            await Task.WhenAny(_start, Task.Delay(options.Value.StartTimeout ?? TimeSpan.FromSeconds(15), time, cancellationToken));
        else
            Report(problem);

        if (_start.IsCompleted)
            await _start;
        else
            _watch = WatchAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var started = _start.IsCompletedSuccessfully;
        await _stopping.CancelAsync();
        if (started)
        {
            await StopBusAsync(options.Value.StopTimeout ?? TimeSpan.FromSeconds(30), cancellationToken);
        }

        await Task.WhenAny(Task.WhenAll(_start, _watch), Task.Delay(GiveUpLimit, time, CancellationToken.None));
    }

    public void Dispose() => _stopping.Dispose();

    private async Task StartBusAsync()
    {
        await Task.WhenAll(_waits.Select(needed => needed.Wait));
        await depot.Start(_stopping.Token);
    }

    /// <summary>Bounded twice: a bus does not heed the token while a handler runs on, or may not while a connection comes back.</summary>
    private async Task StopBusAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        var stop = depot.Stop(limit.Token);
        if (await Task.WhenAny(stop, Task.Delay(timeout + GiveUpLimit, time, CancellationToken.None)) == stop)
            await stop;
        else
            logger.LogError("The bus did not stop within {Timeout}: the process ends without it, and the broker gives what is not acknowledged to others.", timeout + GiveUpLimit);
    }

    private async Task WatchAsync()
    {
        while (await Task.WhenAny(_start, Task.Delay(ReportInterval, time, _stopping.Token)) != _start && !_stopping.IsCancellationRequested)
            Report(await DescribeAsync());

        if (_stopping.IsCancellationRequested)
            return;
        if (_start.IsCompletedSuccessfully)
            logger.LogInformation("The bus is connected.");
        else
            logger.LogCritical(_start.Exception, "The bus did not start and will not: restart the process when the cause is gone.");
    }

    private async Task<string> DescribeAsync()
    {
        try
        {
            if (_waits.Find(needed => !needed.Wait.IsCompleted).Name is { } missing)
                return $"It waits for {missing}.";
            return await probe.CheckAsync(_stopping.Token) ?? $"The broker answers, but the bus has not connected yet.{EndpointFaults()}";
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            return exception.Message;
        }
        catch (OperationCanceledException)
        {
            return "Stopping.";
        }
    }

    private string EndpointFaults() => string.Concat(bus.BusControl.CheckHealth().Endpoints.Values
        .Where(endpoint => endpoint.Exception is not null)
        .Select(endpoint => $" Endpoint {endpoint.InputAddress.AbsolutePath.Split('/')[^1]}: {endpoint.Exception!.GetBaseException().Message}"));

    private void Report(string problem) => logger.LogError("The bus is not ready: {Problem} Nothing is lost; trying on.", problem);
}
