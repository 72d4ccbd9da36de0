using System.Collections.Concurrent;
using System.Collections.Frozen;
using Flow.Contracts;
using Flow.Contracts.Api;
using MassTransit;

namespace Flow.Orchestrator.Records;

/// <summary>An attempt that a worker said it is at.</summary>
/// <param name="Worker">The worker's last heartbeat.</param>
/// <param name="Item">What it said of the attempt.</param>
internal sealed record Handling(WorkerHeartbeat Worker, InFlightItem Item);

/// <summary>A rest of a handler at every worker that serves it.</summary>
/// <param name="Until">When the first of them tries one item.</param>
/// <param name="Workers">How many they are.</param>
internal sealed record Rest(DateTimeOffset Until, int Workers);

/// <summary>
/// What workers said in their last heartbeats: which attempts are taken, without a message or a row for each. Every orchestrator hears every worker and keeps it in memory; one that has just started knows it
/// after an interval of the heartbeats.
/// </summary>
internal sealed class WorkersHeard(TimeProvider time)
{
    /// <summary>How long a worker is known that is not heard of any more.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(20);

    private readonly ConcurrentDictionary<string, Heard> _workers = new(StringComparer.Ordinal);

    private IEnumerable<Heard> Living => _workers.Values.Where(IsLiving);

    public void Hear(WorkerHeartbeat heartbeat)
    {
        var heard = new Heard(heartbeat, heartbeat.InFlight.DistinctBy(i => i.Token).ToFrozenDictionary(i => i.Token), time.GetTimestamp());
        _workers.AddOrUpdate(heartbeat.WorkerId, heard, (_, known) => known.Heartbeat.Timestamp > heartbeat.Timestamp ? known : heard);
        foreach (var (worker, last) in _workers)
        {
            if (IsForgotten(last))
                _workers.TryRemove(new(worker, last));
        }
    }

    /// <summary>Who is at an attempt; null: nobody said so, not long ago.</summary>
    public Handling? Find(Guid token)
    {
        foreach (var heard in Living)
        {
            if (heard.Items.TryGetValue(token, out var item))
                return new(heard.Heartbeat, item);
        }

        return null;
    }

    /// <summary>The workers that serve each work queue, as they said not long ago.</summary>
    public ILookup<string, string> ByQueue() => Living
        .SelectMany(heard => heard.Heartbeat.Queues.Select(queue => (Queue: queue, heard.Heartbeat.WorkerId)))
        .ToLookup(serving => serving.Queue, serving => serving.WorkerId, StringComparer.Ordinal);

    /// <summary>The rest of a handler; null: a worker serves it on the queue, or none was heard of that does.</summary>
    public Rest? FindRest(string queue, string handler)
    {
        var now = time.GetUtcNow();
        var ends = Living.Select(w => w.Heartbeat)
            .Where(w => w.Drain == WorkerDrain.None && w.Queues.Contains(queue, StringComparer.Ordinal) && w.Handlers.Contains(handler, StringComparer.Ordinal))
            .Select(w => w.Resting.FirstOrDefault(r => r.Handler == handler && r.Until > now)?.Until)
            .ToList();
        return ends.Count > 0 && ends.TrueForAll(end => end is not null) ? new(ends.Min()!.Value, ends.Count) : null;
    }

    /// <summary>All workers that are known, those that live first, then by host and id.</summary>
    public IReadOnlyList<WorkerDetails> List() =>
    [
        .. _workers.Values.Where(w => !IsForgotten(w)).Select(Details)
            .OrderBy(w => w.State).ThenBy(w => w.Host, StringComparer.Ordinal).ThenBy(w => w.WorkerId, StringComparer.Ordinal),
    ];

    /// <summary>One worker; null: it is not known.</summary>
    public WorkerDetails? Show(string workerId) => _workers.TryGetValue(workerId, out var heard) && !IsForgotten(heard) ? Details(heard) : null;

    private WorkerDetails Details(Heard heard) => new()
    {
        WorkerId = heard.Heartbeat.WorkerId,
        Host = heard.Heartbeat.Host,
        Version = heard.Heartbeat.Version,
        State = StateOf(heard),
        Activity = WorkerCondition.ActivityOf(heard.Heartbeat),
        Queues = heard.Heartbeat.Queues,
        Handlers = heard.Heartbeat.Handlers,
        Concurrency = heard.Heartbeat.Concurrency,
        InFlight = heard.Heartbeat.InFlight,
        Resting = heard.Heartbeat.Resting,
        Succeeded = heard.Heartbeat.Succeeded,
        Failed = heard.Heartbeat.Failed,
        StartedAt = heard.Heartbeat.StartedAt,
        HeardAt = time.GetUtcNow() - Silence(heard),
        IntervalSeconds = heard.Heartbeat.IntervalSeconds,
    };

    private TimeSpan Silence(Heard heard) => time.GetElapsedTime(heard.At);

    private WorkerState StateOf(Heard heard) => WorkerCondition.StateAfter(Silence(heard), heard.Heartbeat.IntervalSeconds, heard.Heartbeat.Stopping);

    private bool IsLiving(Heard heard) => StateOf(heard) is WorkerState.Alive or WorkerState.Stale;

    private bool IsForgotten(Heard heard) => !IsLiving(heard) && Silence(heard) > Memory;

    private sealed record Heard(WorkerHeartbeat Heartbeat, FrozenDictionary<Guid, InFlightItem> Items, long At);
}

/// <summary>Each orchestrator has a queue of its own for them, which goes when it goes.</summary>
internal sealed class WorkersHeardConsumer(WorkersHeard workers) : IConsumer<WorkerHeartbeat>
{
    public Task Consume(ConsumeContext<WorkerHeartbeat> context)
    {
        workers.Hear(context.Message);
        return Task.CompletedTask;
    }
}

internal sealed class WorkersHeardConsumerDefinition : ConsumerDefinition<WorkersHeardConsumer>
{
    public WorkersHeardConsumerDefinition() => Endpoint(endpoint =>
    {
        endpoint.Name = "flow-orchestrator-workers";
        endpoint.InstanceId = NewId.NextGuid().ToString("N");
        endpoint.Temporary = true;
    });
}
