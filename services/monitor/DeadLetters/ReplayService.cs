namespace Flow.Monitor.DeadLetters;

/// <summary>Performs the replays that are under way, by whoever and whenever they were asked for.</summary>
internal sealed class ReplayService(IServiceScopeFactory scopes, TimeProvider time, ILogger<ReplayService> logger) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Rest;
            try
            {
                pause = await StepAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("Replays wait for {Seconds} s: {Reason}", Rest.TotalSeconds, exception.Message);
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Replayer>().StepAsync(cancellationToken);
    }
}
