using System.Collections.Concurrent;
using System.Collections.Frozen;
using Flow.Contracts;
using MassTransit;

namespace Flow.Orchestrator.Records;

/// <summary>An attempt that a worker said it is at.</summary>
/// <param name="Worker">The worker's last heartbeat.</param>
/// <param name="Item">What it said of the attempt.</param>
internal sealed record Handling(WorkerHeartbeat Worker, InFlightItem Item);

/// <summary>
/// What workers said in their last heartbeats: which attempts are taken, without a message or a row for each. Every orchestrator hears every worker and keeps it in memory; one that has just started knows it
/// after an interval of the heartbeats.
/// </summary>
internal sealed class WorkersHeard(TimeProvider time)
{
    /// <summary>Intervals of silence after which a worker is dead.</summary>
    private const int IntervalsOfSilence = 3;

    private readonly ConcurrentDictionary<string, Heard> _workers = new(StringComparer.Ordinal);

    public void Hear(WorkerHeartbeat heartbeat)
    {
        var heard = new Heard(heartbeat, heartbeat.InFlight.DistinctBy(i => i.Token).ToFrozenDictionary(i => i.Token), time.GetTimestamp());
        _workers.AddOrUpdate(heartbeat.WorkerId, heard, (_, known) => known.Heartbeat.Timestamp > heartbeat.Timestamp ? known : heard);
        foreach (var (worker, last) in _workers)
        {
            if (last.Heartbeat.Stopping || IsSilent(last))
                _workers.TryRemove(new(worker, last));
        }
    }

    /// <summary>Who is at an attempt; null: nobody said so, not long ago.</summary>
    public Handling? Find(Guid token)
    {
        foreach (var heard in _workers.Values)
        {
            if (heard.Items.TryGetValue(token, out var item) && !IsSilent(heard))
                return new(heard.Heartbeat, item);
        }

        return null;
    }

    /// <summary>The workers that serve each work queue, as they said not long ago.</summary>
    public ILookup<string, string> ByQueue() => _workers.Values
        .Where(heard => !IsSilent(heard))
        .SelectMany(heard => heard.Heartbeat.Queues.Select(queue => (Queue: queue, heard.Heartbeat.WorkerId)))
        .ToLookup(serving => serving.Queue, serving => serving.WorkerId, StringComparer.Ordinal);

    private bool IsSilent(Heard heard) => time.GetElapsedTime(heard.At) > IntervalsOfSilence * TimeSpan.FromSeconds(heard.Heartbeat.IntervalSeconds);

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
