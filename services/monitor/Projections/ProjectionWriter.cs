using System.Threading.Channels;
using Flow.Monitor.Metrics;
using Microsoft.Extensions.Options;

namespace Flow.Monitor.Projections;

/// <summary>
/// Gathers the events that are in flight and writes them together: while one group commits, the next one forms, so an idle monitor adds no wait.
/// A consumer's message is acknowledged when its group has committed; an event that cannot be written fails alone.
/// </summary>
internal sealed class ProjectionWriter(IServiceScopeFactory scopes, IOptions<MonitorOptions> options, MonitorMetrics metrics, TimeProvider time) : BackgroundService
{
    private readonly Channel<Pending> _pending = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Ends when the event is stored; throws what prevented it.</summary>
    public Task WriteAsync(object message)
    {
        var pending = new Pending(message);
        return _pending.Writer.TryWrite(pending) ? pending.Written.Task : Task.FromException(new OperationCanceledException("The monitor is stopping."));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var group = new List<Pending>(options.Value.BatchSize);
        try
        {
            while (await _pending.Reader.WaitToReadAsync(stoppingToken))
            {
                group.Clear();
                while (group.Count < options.Value.BatchSize && _pending.Reader.TryRead(out var next))
                    group.Add(next);
                await WriteGroupAsync(group, stoppingToken);
            }
        }
        finally
        {
            // Whoever still waits is told, so that the message goes back to its queue instead of hanging.
            _pending.Writer.TryComplete();
            while (_pending.Reader.TryRead(out var left))
                left.Written.TrySetCanceled(CancellationToken.None);
        }
    }

    private async Task WriteGroupAsync(List<Pending> group, CancellationToken cancellationToken)
    {
        try
        {
            await CommitAsync(group, cancellationToken);
        }
        catch (Exception exception)
        {
            // When the database answers, one of the events is at fault; it must not take the others with it.
            if (group.Count > 1 && exception is not OperationCanceledException && await IsReachableAsync(cancellationToken))
            {
                foreach (var pending in group)
                    await WriteGroupAsync([pending], cancellationToken);
                return;
            }

            foreach (var pending in group)
                pending.Written.TrySetException(exception);
        }
    }

    private async Task CommitAsync(List<Pending> group, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var messages = group.ConvertAll(p => p.Message);
        var state = await scope.ServiceProvider.GetRequiredService<ProjectionStore>().ApplyAsync(messages, cancellationToken);
        foreach (var pending in group)
            pending.Written.TrySetResult();
        metrics.Committed(state, messages, time.GetUtcNow());
    }

    private async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Data.MonitorDbContext>().Database.CanConnectAsync(cancellationToken);
    }

    private sealed record Pending(object Message)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
