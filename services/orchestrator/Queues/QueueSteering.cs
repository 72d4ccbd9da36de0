using Flow.Contracts;
using Flow.Orchestrator.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Queues;

/// <summary>Pauses and resumes work queues: a row, and the fact for the workers in the same transaction.</summary>
internal sealed class QueueSteering(OrchestratorDbContext db, IPublishEndpoint publish, TimeProvider time)
{
    /// <summary>Pauses a queue. One that is paused stays as it is.</summary>
    public async Task PauseAsync(string queue, string? reason, CancellationToken cancellationToken)
    {
        if (await IsPausedAsync(queue, cancellationToken))
            return;
        var now = time.GetUtcNow();
        db.PausedQueues.Add(new() { Queue = queue, PausedAt = now, Reason = reason });
        await publish.Publish(new QueuePaused { Queue = queue, Timestamp = now, Reason = reason }, cancellationToken);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody else paused it in the meantime. Any other fault shows itself in the look.
            db.ChangeTracker.Clear();
            if (!await IsPausedAsync(queue, cancellationToken))
                throw;
        }
    }

    /// <summary>Lets a queue be served again. One that is not paused stays as it is.</summary>
    public async Task ResumeAsync(string queue, CancellationToken cancellationToken)
    {
        if (await db.PausedQueues.SingleOrDefaultAsync(p => p.Queue == queue, cancellationToken) is not { } paused)
            return;
        db.PausedQueues.Remove(paused);
        await publish.Publish(new QueueResumed { Queue = queue, Timestamp = time.GetUtcNow() }, cancellationToken);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody else resumed it in the meantime.
            db.ChangeTracker.Clear();
        }
    }

    public Task<bool> IsPausedAsync(string queue, CancellationToken cancellationToken) => db.PausedQueues.AnyAsync(p => p.Queue == queue, cancellationToken);
}
