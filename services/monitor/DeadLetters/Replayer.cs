using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Flow.Monitor.Projections;
using Flow.Transports;
using Flow.Transports.DeadLetters;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Monitor.DeadLetters;

/// <summary>
/// Performs replays, a letter a step. A letter is taken in hand (committed), sent, and marked (committed): whoever dies in between leaves a letter that is sent again after
/// <see cref="SendAgain"/> under the same message id, by which the orchestrator and the consumers know a repeat. That a run goes on is known by its events.
/// </summary>
internal sealed class Replayer(MonitorDbContext db, IBus bus, IDeadLetterQueues queues, TimeProvider time, ILogger<Replayer> logger)
{
    public static readonly TimeSpan SendAgain = TimeSpan.FromSeconds(30);

    private const int MaxSends = 10;
    private static readonly Uri RedriveQueue = new($"queue:{QueueNames.RedriveRun}");
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private TimeSpan _pause = LookEvery;

    /// <summary>Does what is due next; answers how long there is nothing to do.</summary>
    public async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        if (await ClaimAsync(cancellationToken) is not { } claimed)
            return _pause;
        var (act, item, letter) = claimed;
        try
        {
            await SendAsync(act, item, letter, cancellationToken);
        }
        catch (Exception exception) when (exception is UnroutableMessageException or MessageTooLargeException)
        {
            await RefuseAsync(item, exception.Message, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("Letter {LetterId} could not be replayed, and is tried again: {Reason}", letter.Id, exception.Message);
        }

        return TimeSpan.Zero;
    }

    /// <summary>Takes the next letter in hand, or ends an act; null: nothing is due.</summary>
    private async Task<(DeadLetterActRow Act, DeadLetterItemRow Item, DeadLetterRow Letter)?> ClaimAsync(CancellationToken cancellationToken)
    {
        // Cheaper than a turn at writing, and almost always the answer.
        if (!await db.DeadLetterActs.AnyAsync(a => a.Status == DeadLetterActStatus.Running, cancellationToken))
            return null;
        await using var transaction = await db.BeginWriteAsync(cancellationToken);
        var now = Moments.Truncate(time.GetUtcNow());
        (DeadLetterActRow, DeadLetterItemRow, DeadLetterRow)? claimed = null;
        foreach (var act in await db.DeadLetterActs.Where(a => a.Status == DeadLetterActStatus.Running).OrderBy(a => a.Id).ToListAsync(cancellationToken))
        {
            claimed = await ClaimAsync(act, now, cancellationToken);
            if (claimed is not null)
                break;
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return claimed;
    }

    private async Task<(DeadLetterActRow Act, DeadLetterItemRow Item, DeadLetterRow Letter)?> ClaimAsync(DeadLetterActRow act, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var pending = db.DeadLetterItems.Where(i => i.ActId == act.Id && i.Status == DeadLetterOutcomeStatus.Pending);
        if (!await pending.AnyAsync(cancellationToken))
        {
            await CompleteAsync(act, now, cancellationToken);
            return null;
        }

        var canary = await CanaryOfAsync(act, cancellationToken);
        if (canary == Canary.Failed)
        {
            await StopAsync(act, now, cancellationToken);
            return null;
        }

        if (canary is Canary.ToChoose or Canary.Proved)
            act.NextAt = now;
        if (act.NextAt > now)
        {
            _pause = TimeSpan.FromTicks(Math.Min(_pause.Ticks, (act.NextAt - now).Ticks));
            return null;
        }

        // A canary of which nothing was heard may be sent again; the others wait for it.
        var due = pending.Where(i => i.NotBefore <= now && (i.Sends > 0 || canary != Canary.Out));
        if (await due.OrderBy(i => i.Sends).ThenBy(i => i.Position).FirstOrDefaultAsync(cancellationToken) is not { } item)
            return null;
        var letter = await db.DeadLetters.SingleOrDefaultAsync(d => d.Id == item.LetterId, cancellationToken);
        if (letter?.Status != DeadLetterStatus.Replaying)
        {
            // It was sent, and is back already.
            (item.Status, item.At) = (DeadLetterOutcomeStatus.Done, now);
            return null;
        }

        if (letter.IsOfRun && item.Sends >= MaxSends)
        {
            item.Refuse($"No orchestrator said in {SendAgain.TotalMinutes * MaxSends:0} minutes that the run goes on. Is it still there? See GET /v1/runs/{item.RunId} of the orchestrator.", now);
            letter.Status = DeadLetterStatus.Open;
            return null;
        }

        Take(item, letter, now);
        act.NextAt = now + TimeSpan.FromSeconds(canary == Canary.ToChoose ? act.CanarySeconds : 1.0 / act.PerSecond);
        return (act, item, letter);
    }

    private static void Take(DeadLetterItemRow item, DeadLetterRow letter, DateTimeOffset now)
    {
        item.NotBefore = now + SendAgain;
        if (item.Sends++ > 0 || letter.IsOfRun)
            return;
        letter.Replays++;
        // One without an id gets one, by which it is known when it fails again.
        letter.MessageId ??= letter.Id.ToString();
        letter.MessageKey = letter.MessageId;
    }

    private async Task SendAsync(DeadLetterActRow act, DeadLetterItemRow item, DeadLetterRow letter, CancellationToken cancellationToken)
    {
        if (letter.IsOfRun)
        {
            JsonElement? input = item.Edited is null ? null : JsonElement.Parse(item.Edited);
            var order = new RedriveRun(letter.RunId!.Value, input is null ? null : letter.Node, input, RequestedBy: act.RequestedBy);
            // All letters of a run are one redrive.
            var id = IdOf($"{act.Id}/{letter.RunId}");
            await (await bus.GetSendEndpoint(RedriveQueue)).Send(order, (SendContext<RedriveRun> send) => send.MessageId = id, cancellationToken);
            return;
        }

        await queues.SendAsync(
            new()
            {
                Queue = letter.Queue!,
                MessageId = letter.MessageId,
                Body = item.Edited is null ? letter.Body! : Encoding.UTF8.GetBytes(item.Edited),
                ContentType = letter.ContentType,
                Headers = letter.Headers ?? "{}",
            },
            cancellationToken);
        await using var transaction = await db.BeginWriteAsync(cancellationToken);
        (item.Status, item.At) = (DeadLetterOutcomeStatus.Done, Moments.Truncate(time.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken);
        // Not if it has failed again meanwhile: then it is open again.
        await db.DeadLetters.Where(d => d.Id == letter.Id && d.Status == DeadLetterStatus.Replaying)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Status, DeadLetterStatus.Replayed), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task RefuseAsync(DeadLetterItemRow item, string why, CancellationToken cancellationToken)
    {
        await using var transaction = await db.BeginWriteAsync(cancellationToken);
        item.Refuse(why, Moments.Truncate(time.GetUtcNow()));
        await db.DeadLetters.Where(d => d.Id == item.LetterId).ExecuteUpdateAsync(set => set.SetProperty(d => d.Status, DeadLetterStatus.Open), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task CompleteAsync(DeadLetterActRow act, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var done = await db.DeadLetterItems.CountAsync(i => i.ActId == act.Id && i.Status == DeadLetterOutcomeStatus.Done, cancellationToken);
        var refused = act.Letters - done;
        End(act, DeadLetterActStatus.Completed, $"{done} replayed{(refused == 0 ? "" : $", {refused} refused")}", now);
    }

    private async Task StopAsync(DeadLetterActRow act, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var left = db.DeadLetterItems.Where(i => i.ActId == act.Id && i.Status == DeadLetterOutcomeStatus.Pending);
        await db.DeadLetters.Where(d => d.Status == DeadLetterStatus.Replaying && left.Any(i => i.LetterId == d.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Status, DeadLetterStatus.Open), cancellationToken);
        var count = await left.ExecuteUpdateAsync(set => set.SetProperty(i => i.Status, DeadLetterOutcomeStatus.Stopped).SetProperty(i => i.At, now), cancellationToken);
        End(act, DeadLetterActStatus.Stopped, $"The first letter failed again; the other {count} are as they were", now);
    }

    /// <summary>How the first letter of an act does. One that is refused says nothing of the others: then the next is the first.</summary>
    private async Task<Canary> CanaryOfAsync(DeadLetterActRow act, CancellationToken cancellationToken)
    {
        if (act.CanarySeconds == 0)
            return Canary.Over;
        var tried = await db.DeadLetterItems.AsNoTracking().Where(i => i.ActId == act.Id && i.Sends > 0 && i.Status != DeadLetterOutcomeStatus.Refused).Take(2).ToListAsync(cancellationToken);
        if (tried is not [var canary])
            return tried.Count == 0 ? Canary.ToChoose : Canary.Over;
        if (canary.Status == DeadLetterOutcomeStatus.Pending)
            return Canary.Out;
        if (await db.DeadLetters.AnyAsync(d => d.Id == canary.LetterId && d.Status == DeadLetterStatus.Open, cancellationToken))
            return Canary.Failed;
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.RunId == canary.RunId && r.RedrivenAt != null && r.EndedAt != null, cancellationToken);
        return run is null ? Canary.Waiting : run.Status == RunStatus.Succeeded ? Canary.Proved : Canary.Failed;
    }

    private void End(DeadLetterActRow act, DeadLetterActStatus status, string outcome, DateTimeOffset now)
    {
        (act.Status, act.Outcome, act.EndedAt) = (status, outcome, now);
        logger.LogInformation("The replay {ActId} of {RequestedBy} is {Status}: {Outcome}", act.Id, act.RequestedBy, status, outcome);
    }

    private static Guid IdOf(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    private enum Canary
    {
        /// <summary>There is none, or the others follow already.</summary>
        Over,

        /// <summary>None was sent yet.</summary>
        ToChoose,

        /// <summary>It was sent, and nothing was heard of it.</summary>
        Out,

        /// <summary>It went on, and has time to prove itself.</summary>
        Waiting,

        /// <summary>Its run ended well.</summary>
        Proved,

        /// <summary>It failed again.</summary>
        Failed,
    }
}
