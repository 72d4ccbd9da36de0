using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Transports;

namespace Flow.Orchestrator.Queues;

/// <summary>
/// Deletes a work queue from the broker, in all its lanes. By force it is paused first, so that workers leave it, and purged, so that each item's run is told; and only when nothing is in it and nobody is at it any more it goes. What was on its way there in that moment is handed out anew.
/// </summary>
internal sealed class QueueDeletion(IBrokerQueues broker, QueueList list, QueueSteering steering, QueuePurge purge, StrandedItems stranded, TimeProvider time, ILogger<QueueDeletion> logger)
{
    private static readonly string[] AsideSuffixes = ["_error", "_skipped"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <exception cref="QueueInUseException">It holds items or is served; with force, still after a while.</exception>
    /// <exception cref="NotSupportedException">The transport is one on which no queues are deleted.</exception>
    public async Task<DeletedQueue> RunAsync(string queue, bool force, CancellationToken cancellationToken)
    {
        if (!broker.CanDelete)
            throw new NotSupportedException("Flow deletes queues on RabbitMQ, PostgreSQL, Redis and SQLite, and the transport of this process is another: purge the queue, and leave it where it is.");
        var seen = await list.ReadAsync(queue, cancellationToken);
        if (!force && (seen.Depth > 0 || seen.Workers.Count > 0))
            throw new QueueInUseException($"The queue '{queue}' holds {Count(seen.Depth ?? 0, "item")}, and {Count(seen.Workers.Count, "worker")} serve it: {Remedy(queue)}");
        var purged = force ? await EmptyAsync(queue, cancellationToken) : [];
        try
        {
            await DeleteAsync(queue, force, cancellationToken);
        }
        catch (QueueInUseException) when (force && seen.PausedAt is null)
        {
            await steering.ResumeAsync(queue, cancellationToken);
            throw;
        }

        // Before the resume, as what is in the new queue has not begun.
        var anew = await stranded.HandOutAnewAsync(queue, deletedAt: time.GetUtcNow(), purged, cancellationToken);
        await steering.ResumeAsync(queue, cancellationToken);
        var left = await broker.LookAsync(QueueNames.LanesOf(queue).SelectMany(lane => AsideSuffixes.Select(suffix => lane + suffix)), cancellationToken);
        logger.LogWarning("The queue {Queue} was deleted; {Items} items of it were purged, {Anew} were on their way and are handed out anew, and {Left} of its error queues stay.", queue, purged.Count, anew, left.Count);
        return new(queue, purged.Count, [.. left.Keys.Order(StringComparer.Ordinal)], seen.Workers);
    }

    private async Task<HashSet<Guid>> EmptyAsync(string queue, CancellationToken cancellationToken)
    {
        await steering.PauseAsync(queue, "It is being deleted.", cancellationToken);
        var tokens = new HashSet<Guid>();
        while ((await list.ReadAsync(queue, cancellationToken)).Depth > 0)
        {
            var purged = await purge.RunAsync(queue, cancellationToken);
            tokens.UnionWith(purged.Tokens);
            if (purged.IsComplete)
                break;
        }

        return tokens;
    }

    private async Task DeleteAsync(string queue, bool force, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        using var timer = new PeriodicTimer(Look, time);
        while (!await broker.DeleteAsync(QueueNames.LanesOf(queue), cancellationToken))
        {
            if (!force)
                throw new QueueInUseException($"The queue '{queue}' holds items, or somebody consumes it: {Remedy(queue)}");
            if (time.GetElapsedTime(begun) > Patience)
                throw new QueueInUseException($"The queue '{queue}' was purged, and after {Patience.TotalSeconds} s it still holds items or somebody consumes it: stop who does, and repeat this.");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static string Remedy(string queue) => $"stop its workers and purge it (flow queues purge {queue} --yes), or repeat this with force, which fails the attempt of each item as Flow.Purged.";

    private static string Count(long count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}

/// <summary>A queue cannot be deleted as long as it is used; the message says how.</summary>
internal sealed class QueueInUseException(string message) : Exception(message);
