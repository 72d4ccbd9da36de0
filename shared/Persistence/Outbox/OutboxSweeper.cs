using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Persistence;

/// <summary>
/// Sends what nobody else will: messages a crash left behind, messages whose send failed, and delayed messages when they become due. It wakes when the next
/// row becomes due, and looks
/// for other processes' leftovers every QueryDelay. Rows are claimed by lease, so any number of sweepers work beside each other, and each row succeeds or
/// fails alone.
/// </summary>
internal sealed class OutboxSweeper<TDbContext>(
    IServiceScopeFactory scopes,
    OutboxOptions<TDbContext> options,
    OutboxSchema<TDbContext> schema,
    OutboxSender<TDbContext> sender,
    ConfirmedRows<TDbContext> confirmed,
    SweepAlarm<TDbContext> alarm,
    OutboxMeter<TDbContext> meter,
    TimeProvider time,
    ILogger<OutboxSweeper<TDbContext>> logger) : BackgroundService
    where TDbContext : DbContext
{
    private const int SendsAtOnce = 16;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Sends continue the trace that each message carries, not one that happened to start this loop.
        Activity.Current = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = Now + options.QueryDelay;
            try
            {
                await SweepAsync(stoppingToken);
                if (await LookAsync(stoppingToken) is { } due && due < next)
                    next = due;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("The outbox could not be swept and will be in {Delay}: {Error}", options.QueryDelay, e.Message);
            }

            var soonest = Now + ShortestPause;
            await alarm.WaitAsync(next > soonest ? next : soonest, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        using var away = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<OutboxEntry> rows;
        do
        {
            rows = await ClaimAsync(cancellationToken);
            foreach (var chunk in rows.OrderBy(row => row.DueAt).ThenBy(row => row.Id).Chunk(SendsAtOnce))
                await Task.WhenAll(chunk.Select(row => SendAsync(row, away)));
        }
        while (rows.Count == options.QueryMessageLimit && !away.IsCancellationRequested);
    }

    private Task<List<OutboxEntry>> ClaimAsync(CancellationToken cancellationToken) =>
        scopes.WriteAsync<TDbContext, List<OutboxEntry>>(
            context => context.Set<OutboxEntry>()
                .FromSqlRaw(schema.ClaimOutbox(context), Now, Now + OutboxLease.Length, options.QueryMessageLimit)
                .AsNoTracking()
                .ToListAsync(cancellationToken),
            cancellationToken);

    private async Task SendAsync(OutboxEntry row, CancellationTokenSource away)
    {
        if (away.IsCancellationRequested)
            return;

        var error = await sender.TrySendAsync(row, away.Token);
        if (error is null)
        {
            confirmed.Add(row.Id);
            return;
        }

        // Cut short because another row found the broker away: the lease brings this one back.
        if (away.IsCancellationRequested)
            return;

        // Only a well broker's refusal counts against the row: an outage must not park healthy messages, and ends this sweep.
        var brokerIsWell = sender.BrokerIsWell;
        if (!brokerIsWell)
            await away.CancelAsync();
        await PostponeAsync(row, row.Attempts + (brokerIsWell ? 1 : 0), error);
    }

    private async Task PostponeAsync(OutboxEntry row, int attempts, Exception error)
    {
        DateTime? parked = attempts >= OutboxEntry.AttemptLimit ? Now : null;
        var pause = FirstPause * Math.Pow(2, attempts);
        // A parked row is due at once when an operator sets it free.
        var notBefore = parked ?? Now + (pause < LongestPause ? pause : LongestPause);
        await scopes.WriteAsync<TDbContext, int>(
            context => context.Set<OutboxEntry>().Where(other => other.Id == row.Id).ExecuteUpdateAsync(
                set => set.SetProperty(other => other.Attempts, attempts).SetProperty(other => other.NotBefore, notBefore)
                    .SetProperty(other => other.Error, error.Message).SetProperty(other => other.ParkedAt, parked)),
            CancellationToken.None);

        if (parked is null)
            logger.LogWarning("Message {MessageId} to {Destination} could not be sent (attempt {Attempt}): {Error}", row.MessageId, row.Destination, attempts, error.Message);
        else
            logger.LogError("Message {MessageId} to {Destination} is parked in the outbox after {Attempts} attempts: {Error}", row.MessageId, row.Destination, attempts, error.Message);
    }

    /// <summary>Measures the table; the answer is when the next row becomes due.</summary>
    private async Task<DateTime?> LookAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = Now;
        var look = await scope.ServiceProvider.GetRequiredService<TDbContext>().Set<OutboxEntry>().GroupBy(_ => 1).Select(rows => new
        {
            Pending = rows.Count(row => row.ParkedAt == null && row.DueAt <= now),
            Parked = rows.Count(row => row.ParkedAt != null),
            Oldest = rows.Min(row => row.ParkedAt == null && row.DueAt <= now ? row.DueAt : (DateTime?)null),
            Next = rows.Min(row => row.ParkedAt == null ? row.NotBefore : (DateTime?)null),
        }).SingleOrDefaultAsync(cancellationToken);
        meter.Record(new OutboxLook(look?.Pending ?? 0, look?.Parked ?? 0, look?.Oldest));
        return look?.Next;
    }
}
