using Flow.Monitor.Data;
using Microsoft.EntityFrameworkCore;

namespace Flow.Monitor.Queries;

/// <summary>Refused starts and dead letters, newest first.</summary>
internal sealed class TroubleQueries(MonitorDbContext db)
{
    public const int Shown = 200;

    public async Task<(IReadOnlyList<RejectionRow> Rows, int Total)> RejectionsAsync(CancellationToken cancellationToken) =>
        (await db.Rejections.AsNoTracking().OrderByDescending(r => r.At).Take(Shown).ToListAsync(cancellationToken), await db.Rejections.CountAsync(cancellationToken));

    public async Task<(IReadOnlyList<DeadLetterRow> Rows, int Total)> DeadLettersAsync(CancellationToken cancellationToken) =>
        (await db.DeadLetters.AsNoTracking().OrderByDescending(d => d.At).Take(Shown).ToListAsync(cancellationToken), await db.DeadLetters.CountAsync(cancellationToken));
}
