using System.Text.Json;
using Flow.Contracts;
using Flow.Monitor.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Flow.Monitor.DeadLetters;

/// <summary>The queues whose error and skipped queues are drained: Flow's own, those of the workers that were heard of, and those of the settings.</summary>
internal sealed class DrainedQueues(MonitorDbContext db, IOptions<MonitorOptions> options)
{
    private static readonly string[] Own =
    [
        QueueNames.StartRun, QueueNames.CancelRun, QueueNames.PauseRun, QueueNames.ResumeRun, QueueNames.RedriveRun, QueueNames.NodeSucceeded, QueueNames.NodeFailed, QueueNames.NodeHeartbeat,
        QueueNames.NodeLeased, QueueNames.NodeReleased, QueueNames.RunJournal, QueueNames.Payloads, QueueNames.AttemptChecks, QueueNames.QueueChecks, QueueNames.Permits,
        .. QueueNames.LanesOf(QueueNames.DefaultWorkQueue),
        "flow-runs", "flow-scopes", "flow-child-runs", "flow-map-data", "flow-monitor", "flow-monitor-workers",
    ];

    public async Task<IReadOnlyCollection<string>> ListAsync(CancellationToken cancellationToken)
    {
        var lists = await db.Workers.Select(w => w.Queues).Distinct().ToListAsync(cancellationToken);
        return Own
            .Concat(lists.SelectMany(list => JsonSerializer.Deserialize<string[]>(list)!).Where(QueueNames.IsWorkQueueName).SelectMany(QueueNames.LanesOf))
            .Concat(options.Value.DeadLetterQueues)
            .ToHashSet(StringComparer.Ordinal);
    }
}
