using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Definitions;
using Flow.Orchestrator.Polling;
using Flow.Orchestrator.Records;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage.States;
using Flow.Transports;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Queues;

/// <summary>How the work queues stand: those that open runs may use, that workers serve, and that are paused.</summary>
internal sealed class QueueList(OrchestratorDbContext db, WorkflowCatalog catalog, WorkersHeard workers, WorkItemPolls polls, IBrokerQueues broker)
{
    private static readonly Priority[] Lanes = [Priority.Critical, Priority.Default, Priority.Low];

    /// <summary>Every queue that is known, by name.</summary>
    public async Task<IReadOnlyList<WorkQueue>> ReadAsync(CancellationToken cancellationToken)
    {
        var paused = await db.PausedQueues.AsNoTracking().ToDictionaryAsync(p => p.Queue, StringComparer.Ordinal, cancellationToken);
        var serving = workers.ByQueue();
        var names = (await UsedAsync(cancellationToken)).Concat(paused.Keys).Concat(serving.Select(s => s.Key)).Append(QueueNames.DefaultWorkQueue);
        return await ReadAsync([.. names.Where(QueueNames.IsWorkQueueName).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], paused, serving, cancellationToken);
    }

    /// <summary>One queue, known or not.</summary>
    public async Task<WorkQueue> ReadAsync(string queue, CancellationToken cancellationToken)
    {
        var paused = await db.PausedQueues.AsNoTracking().Where(p => p.Queue == queue).ToDictionaryAsync(p => p.Queue, StringComparer.Ordinal, cancellationToken);
        return (await ReadAsync([queue], paused, workers.ByQueue(), cancellationToken))[0];
    }

    private async Task<IReadOnlyList<WorkQueue>> ReadAsync(
        IReadOnlyList<string> names, Dictionary<string, PausedQueue> paused, ILookup<string, string> serving, CancellationToken cancellationToken)
    {
        var seen = await broker.LookAsync(names.SelectMany(QueueNames.LanesOf), cancellationToken);
        return [.. names.Select(name => Describe(name, paused.GetValueOrDefault(name), [.. serving[name].Order(StringComparer.Ordinal)], seen))];
    }

    private WorkQueue Describe(string name, PausedQueue? pause, IReadOnlyList<string> serving, IReadOnlyDictionary<string, BrokerQueue> seen)
    {
        var lanes = Lanes.Select(priority => (Priority: priority, Seen: seen.GetValueOrDefault(QueueNames.ForWork(name, priority)))).ToList();
        var known = lanes.Where(lane => lane.Seen is not null).Select(lane => lane.Seen!).ToList();
        long? depth = known.Count == 0 ? null : known.Sum(lane => lane.Waiting);
        return new()
        {
            Queue = name,
            Depth = depth,
            Lanes = [.. lanes.Select(lane => new QueueLane(lane.Priority, depth is null ? null : lane.Seen?.Waiting ?? 0))],
            OldestAt = known.Min(lane => lane.OldestAt),
            PausedAt = pause?.PausedAt,
            PauseReason = pause?.Reason,
            Workers = serving,
            IsUnserved = depth > 0 && serving.Count == 0 && known.TrueForAll(lane => lane.Consumers is null or 0) && !polls.Open.Contains(name, StringComparer.Ordinal),
        };
    }

    /// <summary>The queues of the runs that are open, and of the nodes they may come to.</summary>
    private async Task<IReadOnlyList<string>> UsedAsync(CancellationToken cancellationToken)
    {
        var open = await db.Runs.AsNoTracking().Where(r => r.EndedAt == null).Select(r => new { r.Workflow, r.WorkflowVersion, r.Queue }).Distinct().ToListAsync(cancellationToken);
        var used = open.Select(run => run.Queue).ToHashSet(StringComparer.Ordinal);
        foreach (var version in open.Select(run => (run.Workflow, run.WorkflowVersion)).Distinct())
        {
            var definition = await catalog.DefinitionAsync(db, version.Workflow, version.WorkflowVersion, cancellationToken);
            used.UnionWith(definition.Machines.SelectMany(machine => machine.States).OfType<TaskState>().Select(task => task.Target.Queue).OfType<string>());
        }

        return [.. used];
    }
}
