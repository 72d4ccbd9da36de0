using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Flow.Monitor.Projections;
using Microsoft.EntityFrameworkCore;

namespace Flow.Monitor.DeadLetters;

/// <summary>What the events of runs say of replays: a run that goes on, whoever asked for it, takes its letters with it; a redrive that was refused leaves them.</summary>
internal static class ReplayNews
{
    private static readonly string[] OfRedrives = ["not-redrivable", "unknown-node", "input-missing", "unknown-version", "invalid-request"];

    public static async Task ApplyAsync(MonitorDbContext db, ProjectionState state, IEnumerable<object> messages, DateTimeOffset now, CancellationToken cancellationToken)
    {
        now = Moments.Truncate(now);
        foreach (var redriven in messages.OfType<RunRedriven>())
            await WentOnAsync(db, redriven.RunId, Moments.Truncate(redriven.Timestamp), now, cancellationToken);
        foreach (var rejection in state.Added.OfType<RejectionRow>())
        {
            if (rejection.RunId is { } runId && OfRedrives.Contains(rejection.Reason, StringComparer.Ordinal))
                await RefusedAsync(db, runId, rejection.Message, now, cancellationToken);
        }
    }

    private static async Task WentOnAsync(MonitorDbContext db, Guid runId, DateTimeOffset at, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A letter whose redrive was sent is meant in any case: its time may be of a clock that is ahead of the orchestrator's.
        var sent = db.DeadLetterItems.Where(i => i.RunId == runId && i.Status == DeadLetterOutcomeStatus.Pending && i.Sends > 0).Select(i => i.LetterId);
        await db.DeadLetters
            .Where(d => d.RunId == runId && d.Token != null && (d.Status == DeadLetterStatus.Open || d.Status == DeadLetterStatus.Replaying) && (d.FailedAt <= at || sent.Contains(d.Id)))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Status, DeadLetterStatus.Replayed).SetProperty(d => d.Replays, d => d.Replays + 1), cancellationToken);
        await db.DeadLetterItems
            .Where(i => i.RunId == runId && i.Status == DeadLetterOutcomeStatus.Pending && db.DeadLetters.Any(d => d.Id == i.LetterId && d.Status == DeadLetterStatus.Replayed))
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Status, DeadLetterOutcomeStatus.Done).SetProperty(i => i.At, now), cancellationToken);
    }

    private static async Task RefusedAsync(MonitorDbContext db, Guid runId, string why, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Only what has been asked for; the refusal may be one of somebody else's redrive.
        var refused = await db.DeadLetterItems.Where(i => i.RunId == runId && i.Status == DeadLetterOutcomeStatus.Pending && i.Sends > 0).ToListAsync(cancellationToken);
        foreach (var item in refused)
        {
            item.Refuse(why, now);
            await db.DeadLetters.Where(d => d.Id == item.LetterId && d.Status == DeadLetterStatus.Replaying)
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.Status, DeadLetterStatus.Open), cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
    }
}
