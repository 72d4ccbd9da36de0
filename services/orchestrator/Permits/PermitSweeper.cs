namespace Flow.Orchestrator.Permits;

/// <summary>Removes rates that were not used for as long as it takes to be as if they never were. Several orchestrators do no harm to each other.</summary>
internal sealed class PermitSweeper(IServiceScopeFactory scopes, TimeProvider time, ILogger<PermitSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TrySweepAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task TrySweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var permits = scope.ServiceProvider.GetRequiredService<PermitStore>();
            while (await permits.SweepAsync(cancellationToken))
            {
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("Idle rates could not be removed: {Reason}. Trying again in {Interval}.", exception.Message, Interval);
        }
    }
}
