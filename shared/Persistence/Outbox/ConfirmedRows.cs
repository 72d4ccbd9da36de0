using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Persistence;

/// <summary>
/// Deletes the rows of confirmed messages, many with one statement: the first one opens a short window in which others join. What is not deleted before a
/// crash is sent again, and dropped
/// by the receiver's inbox.
/// </summary>
internal sealed class ConfirmedRows<TDbContext>(IServiceScopeFactory scopes, TimeProvider time, ILogger<ConfirmedRows<TDbContext>> logger) : IHostedLifecycleService, IDisposable
    where TDbContext : DbContext
{
    private const int BatchLimit = 500;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<Guid> _ids = Channel.CreateUnbounded<Guid>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _hurry = new();
    private Task _deleting = Task.CompletedTask;

    public void Add(Guid id) => _ids.Writer.TryWrite(id);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _deleting = Task.Run(DeleteAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The bus has stopped by now: deletes what is left.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        _ids.Writer.TryComplete();
        await _hurry.CancelAsync();
        await _deleting.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _ids.Writer.TryComplete();
        _hurry.Dispose();
    }

    private async Task DeleteAsync()
    {
        var batch = new List<Guid>(BatchLimit);
        while (await _ids.Reader.WaitToReadAsync())
        {
            await Task.Delay(Window, time, _hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (batch.Count < BatchLimit && _ids.Reader.TryRead(out var id))
                batch.Add(id);
            while (!await TryDeleteAsync(batch) && !_hurry.IsCancellationRequested)
                await Task.Delay(Pause, time, _hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            batch.Clear();
        }
    }

    private async Task<bool> TryDeleteAsync(List<Guid> ids)
    {
        try
        {
            await scopes.WriteAsync<TDbContext, int>(
                context => context.Set<OutboxEntry>().Where(row => ids.Contains(row.Id)).ExecuteDeleteAsync(), CancellationToken.None);
            return true;
        }
        catch (Exception e)
        {
            logger.LogWarning("{Count} sent messages could not be deleted from the outbox: {Error}", ids.Count, e.Message);
            return false;
        }
    }
}
