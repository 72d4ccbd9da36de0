using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Persistence;

/// <summary>Forgets messages that were consumed longer ago than the duplicate detection window, in batches.</summary>
internal sealed class InboxCleanup<TDbContext>(IServiceScopeFactory scopes, OutboxOptions<TDbContext> options, TimeProvider time, ILogger<InboxCleanup<TDbContext>> logger)
    : BackgroundService
    where TDbContext : DbContext
{
    private const int BatchLimit = 1000;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var tenth = options.DuplicateDetectionWindow / 10;
        var pause = tenth < LongestPause ? tenth : LongestPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await DeleteBatchAsync(stoppingToken) == BatchLimit)
                {
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("The inbox could not be cleaned and will be in {Delay}: {Error}", pause, e.Message);
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<int> DeleteBatchAsync(CancellationToken cancellationToken)
    {
        var oldest = (time.GetUtcNow() - options.DuplicateDetectionWindow).UtcDateTime;
        return scopes.WriteAsync<TDbContext, int>(
            context => context.Set<InboxEntry>().Where(entry => entry.Received < oldest).OrderBy(entry => entry.Received).Take(BatchLimit).ExecuteDeleteAsync(cancellationToken),
            cancellationToken);
    }
}
