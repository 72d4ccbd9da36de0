using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Flow.Persistence;

/// <summary>Sends committed rows straight from memory. What it cannot send stays in the table for the sweeper.</summary>
internal sealed class OutboxDispatcher<TDbContext>(
    OutboxSender<TDbContext> sender, ConfirmedRows<TDbContext> confirmed, SweepAlarm<TDbContext> alarm, ILogger<OutboxDispatcher<TDbContext>> logger)
    where TDbContext : DbContext
{
    private const int SendsAtOnce = 16;
    private const int WaitingLimit = 256;

    private int _waiting;

    /// <summary>Sends the rows and returns when the broker has them or has refused them. Never throws.</summary>
    public async Task SendAsync(IReadOnlyList<OutboxEntry> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return;

        // A delayed message is nobody's lease but the sweeper's, even when it has become due in between.
        foreach (var delayed in rows.Where(row => row.IsDelayed))
            alarm.Set(delayed.DueAt);

        var due = rows.Where(row => !row.IsDelayed).ToList();
        if (due.Count == 1)
            await SendAsync(due[0], cancellationToken);
        else
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = SendsAtOnce }, async (row, _) => await SendAsync(row, cancellationToken));
    }

    /// <summary>Sends the rows in the background. When too many wait already, they are left to the sweeper.</summary>
    public void SendSoon(IReadOnlyList<OutboxEntry> rows)
    {
        if (Interlocked.Increment(ref _waiting) > WaitingLimit)
        {
            Interlocked.Decrement(ref _waiting);
            alarm.Set(rows.Min(row => row.NotBefore));
            return;
        }

        _ = Task.Run(async () =>
        {
            try
            {
                await SendAsync(rows, CancellationToken.None);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        });
    }

    private async Task SendAsync(OutboxEntry row, CancellationToken cancellationToken)
    {
        if (await sender.TrySendAsync(row, cancellationToken) is not { } error)
        {
            confirmed.Add(row.Id);
            return;
        }

        alarm.Set(row.NotBefore);
        logger.LogWarning("Message {MessageId} to {Destination} could not be sent and stays in the outbox: {Error}", row.MessageId, row.Destination, error.Message);
    }
}
