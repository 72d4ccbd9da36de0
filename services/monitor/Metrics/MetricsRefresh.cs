using Flow.Monitor.Data;
using Microsoft.Extensions.Options;

namespace Flow.Monitor.Metrics;

/// <summary>Reads the figures once before the process is ready, and then at the refresh interval.</summary>
internal sealed class MetricsRefresh(IServiceScopeFactory scopes, MonitorMetrics metrics, IOptions<MonitorOptions> options, TimeProvider time, ILogger<MetricsRefresh> logger)
    : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.RefreshSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogWarning("Metrics stay as they are: the tables cannot be read ({Reason})", exception.Message);
            }
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        metrics.Publish(await MetricsSnapshot.ReadAsync(scope.ServiceProvider.GetRequiredService<MonitorDbContext>(), time.GetUtcNow(), cancellationToken));
    }
}
