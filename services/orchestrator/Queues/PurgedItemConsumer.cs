using System.Collections.Concurrent;
using Flow.Contracts;
using Flow.Orchestrator.Runs;
using Flow.Transports;
using MassTransit;

namespace Flow.Orchestrator.Queues;

/// <summary>Fails the attempt of each item that was there when the purge began. What a Retry of them sends anew stays.</summary>
internal sealed class PurgedItemConsumer(string queue, IBus bus, TimeProvider time) : IConsumer<NodeWorkItem>
{
    private const string Purged = "Flow.Purged";

    private readonly DateTimeOffset _begunAt = time.GetUtcNow();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<Guid, bool> _tokens = [];
    private long _lastAt;

    /// <summary>The attempts that it failed.</summary>
    public IReadOnlyCollection<Guid> Tokens => [.. _tokens.Keys];

    public async Task Consume(ConsumeContext<NodeWorkItem> context)
    {
        var item = context.Message;
        if (_end.Task.IsCompleted || item.ScheduledAt > _begunAt)
        {
            await _end.Task;
            // As a new message: what is given back too often counts as one that ends its workers.
            await context.Forward(WorkQueues.Address(queue, item.Priority));
            return;
        }

        var endpoint = await bus.GetSendEndpoint(Endpoints.For(item.RunId, item.ScopeId));
        await endpoint.Send(new NodeFailed
        {
            RunId = item.RunId,
            ScopeId = item.ScopeId,
            Token = item.Token,
            Error = Purged,
            Cause = $"The item was purged from the queue '{queue}' by an operator.",
        });
        _tokens[item.Token] = true;
        Interlocked.Exchange(ref _lastAt, time.GetTimestamp());
    }

    /// <summary>Waits until no more items come. False: there are more than could be purged within the limit.</summary>
    public async Task<bool> UntilSilentAsync(TimeSpan silence, TimeSpan limit, CancellationToken cancellationToken)
    {
        var begun = _lastAt = time.GetTimestamp();
        using var timer = new PeriodicTimer(silence / 4, time);
        while (time.GetElapsedTime(Interlocked.Read(ref _lastAt)) < silence)
        {
            if (time.GetElapsedTime(begun) >= limit)
                return false;
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return true;
    }

    /// <summary>Lets go what is not to be purged.</summary>
    public void End() => _end.TrySetResult();
}
