using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace Flow.Orchestrator.Queues;

/// <summary>Looks at the work queues as often as open runs are looked through, and says how they stand, for alerts.</summary>
internal sealed class QueueMetrics(IServiceScopeFactory scopes, IOptions<OrchestratorOptions> options, TimeProvider time, ILogger<QueueMetrics> logger) : BackgroundService
{
    private static readonly Gauge<long> Items = Telemetry.Meter.CreateGauge<long>("flow.queue.items", "{item}", "Work items that wait in a work queue and are with no worker, by queue.");
    private static readonly Gauge<int> Unserved = Telemetry.Meter.CreateGauge<int>("flow.queue.unserved", "{queue}", "1 while items wait in a work queue that nobody serves, else 0, by queue.");

    private HashSet<string> _seen = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.ReconcileSeconds), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryLookAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    /// <summary>One look.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var queues = await scope.ServiceProvider.GetRequiredService<QueueList>().ReadAsync(cancellationToken);
        foreach (var queue in queues)
            Record(queue.Queue, queue.Depth ?? 0, queue.IsUnserved);
        var known = queues.Select(queue => queue.Queue).ToHashSet(StringComparer.Ordinal);
        // What was recorded stands until something else is.
        foreach (var gone in _seen.Except(known, StringComparer.Ordinal))
            Record(gone, 0, isUnserved: false);
        foreach (var queue in queues.Where(queue => queue.IsUnserved))
            logger.LogWarning("{Items} items wait in the queue {Queue}, and nobody serves it.", queue.Depth, queue.Queue);
        _seen = known;
    }

    private static void Record(string queue, long items, bool isUnserved)
    {
        var label = new KeyValuePair<string, object?>("queue", queue);
        Items.Record(items, label);
        Unserved.Record(isUnserved ? 1 : 0, label);
    }

    private async Task TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("The work queues could not be looked at: {Reason}. Trying again in {Seconds} s.", exception.Message, options.Value.ReconcileSeconds);
        }
    }
}
