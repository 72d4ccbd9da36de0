using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Flow.Monitor.Projections;
using Flow.Transports.DeadLetters;
using Microsoft.EntityFrameworkCore;

namespace Flow.Monitor.DeadLetters;

/// <summary>Stores messages that were put aside. The same message again (its id, and its queue) changes nothing; unless it was replayed since, and so has failed once more.</summary>
internal sealed class DeadLetterStore(MonitorDbContext db, TimeProvider time)
{
    public async Task StoreAsync(IReadOnlyList<DeadMessage> messages, CancellationToken cancellationToken)
    {
        await using var transaction = await db.BeginWriteAsync(cancellationToken);
        foreach (var message in messages)
        {
            await StoreAsync(message, cancellationToken);
            // The next one may be a repeat of it.
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private async Task StoreAsync(DeadMessage message, CancellationToken cancellationToken)
    {
        var now = Moments.Truncate(time.GetUtcNow());
        var key = PutAside.KeyOf(message);
        var known = await db.DeadLetters.FirstOrDefaultAsync(d => d.MessageKey == key && d.Queue == message.Queue, cancellationToken);
        if (known is not null && (message.MessageId is not null || message.IsRedelivered))
        {
            if (known.Status == DeadLetterStatus.Open || (known.Status == DeadLetterStatus.Replaying && !await IsSentAsync(known, cancellationToken)))
                return;
            (known.Status, known.FailedAt, known.ReceivedAt) = (DeadLetterStatus.Open, now, now);
            PutAside.Fill(known, message);
            return;
        }

        var token = PutAside.TokenOf(message);
        var row = token is null ? null : await db.DeadLetters.FirstOrDefaultAsync(d => d.Token == token && d.Queue == null, cancellationToken);
        if (row is null)
        {
            row = new DeadLetterRow { Id = Guid.CreateVersion7(now), Kind = DeadLetterKind.Faulted, FailedAt = now, ReceivedAt = now };
            PutAside.Fill(row, message);
            // The run went on before its item was found here.
            if (token is not null && await db.Runs.AnyAsync(r => r.RunId == row.RunId && r.RedrivenAt >= row.FailedAt, cancellationToken))
                row.Status = DeadLetterStatus.Replayed;
            db.Add(row);
        }
        else
        {
            PutAside.Fill(row, message);
        }
    }

    /// <summary>Whether the replay that has the letter in hand has sent it, so that it can have come back.</summary>
    private Task<bool> IsSentAsync(DeadLetterRow letter, CancellationToken cancellationToken) =>
        db.DeadLetterItems.AnyAsync(i => i.LetterId == letter.Id && i.Status == DeadLetterOutcomeStatus.Pending && i.Sends > 0, cancellationToken);
}
