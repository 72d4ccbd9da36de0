using Flow.Monitor.Data;
using Microsoft.EntityFrameworkCore;

namespace Flow.Monitor.Queries;

/// <summary>Refused starts, newest first.</summary>
internal sealed class TroubleQueries(MonitorDbContext db)
{
    public const int Shown = 200;

    public async Task<(IReadOnlyList<RejectionRow> Rows, int Total)> RejectionsAsync(CancellationToken cancellationToken) =>
        (await db.Rejections.AsNoTracking().OrderByDescending(r => r.At).Take(Shown).ToListAsync(cancellationToken), await db.Rejections.CountAsync(cancellationToken));
}
