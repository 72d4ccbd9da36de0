using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Flow.Monitor.Projections;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Flow.Monitor.DeadLetters;

/// <summary>Removes dead letters that are too old or too many, and says so: in the log, in a counter, and in the audit. What a replay has in hand stays.</summary>
internal sealed class LetterRetention(MonitorDbContext db, IOptions<MonitorOptions> options, TimeProvider time, ILogger<LetterRetention> logger)
{
    private const int Slice = 500;

    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var before = Moments.Truncate(time.GetUtcNow().AddDays(-options.Value.DeadLetterRetentionDays));
        await RemoveAsync(
            "age", $"stored more than {options.Value.DeadLetterRetentionDays} days ago (Flow:Monitor:DeadLetterRetentionDays)", _ => Task.FromResult(int.MaxValue),
            () => Kept().Where(d => d.ReceivedAt < before).OrderBy(d => d.ReceivedAt), cancellationToken);
        await RemoveAsync(
            "count", $"more than {options.Value.MaxDeadLetters} (Flow:Monitor:MaxDeadLetters)", async token => await db.DeadLetters.CountAsync(token) - options.Value.MaxDeadLetters,
            () => Kept().OrderBy(d => d.Status == DeadLetterStatus.Open).ThenBy(d => d.ReceivedAt), cancellationToken);
    }

    private IQueryable<DeadLetterRow> Kept() => db.DeadLetters.Where(d => d.Status != DeadLetterStatus.Replaying);

    private async Task RemoveAsync(string reason, string why, Func<CancellationToken, Task<int>> surplus, Func<IOrderedQueryable<DeadLetterRow>> letters, CancellationToken cancellationToken)
    {
        while (await RemoveSliceAsync(reason, why, surplus, letters, cancellationToken) == Slice)
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>A slice, its count and its place in the audit in one transaction.</summary>
    private async Task<int> RemoveSliceAsync(string reason, string why, Func<CancellationToken, Task<int>> surplus, Func<IOrderedQueryable<DeadLetterRow>> letters, CancellationToken cancellationToken)
    {
        await using var transaction = await db.BeginWriteAsync(cancellationToken);
        var wanted = Math.Min(Slice, await surplus(cancellationToken));
        var ids = wanted <= 0 ? [] : await letters().Take(wanted).Select(d => d.Id).ToListAsync(cancellationToken);
        if (ids.Count == 0)
            return 0;
        var open = await db.DeadLetters.CountAsync(d => ids.Contains(d.Id) && d.Status == DeadLetterStatus.Open, cancellationToken);
        await db.DeadLetters.Where(d => ids.Contains(d.Id)).ExecuteDeleteAsync(cancellationToken);
        var now = Moments.Truncate(time.GetUtcNow());
        db.Add(new DeadLetterActRow
        {
            Id = Guid.CreateVersion7(now),
            Kind = DeadLetterActKind.Retention,
            Status = DeadLetterActStatus.Completed,
            RequestedBy = "retention",
            At = now,
            Selection = why,
            Letters = ids.Count,
            Outcome = $"{ids.Count} removed, {open} of them open",
            NextAt = now,
            EndedAt = now,
        });
        var counter = await db.Counters.SingleOrDefaultAsync(c => c.Name == CounterNames.DeadLettersRemoved && c.Workflow == reason && c.Node == "", cancellationToken)
            ?? db.Add(new CounterRow { Name = CounterNames.DeadLettersRemoved, Workflow = reason, Node = "" }).Entity;
        counter.Value += ids.Count;
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        logger.LogWarning("{Count} dead letters were removed, {Open} of them open: {Why}", ids.Count, open, why);
        return ids.Count;
    }
}
