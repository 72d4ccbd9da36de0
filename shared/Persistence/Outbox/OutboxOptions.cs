using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

internal sealed class OutboxOptions<TDbContext>
    where TDbContext : DbContext
{
    public DatabaseKind? Database { get; init; }

    public required TimeSpan DuplicateDetectionWindow { get; init; }

    public required TimeSpan QueryDelay { get; init; }

    public required int QueryMessageLimit { get; init; }

    public required TimeSpan SendTimeout { get; init; }

    public required bool SharesCommits { get; init; }
}

internal static class OutboxLease
{
    /// <summary>
    /// How long whoever wrote or claimed a row has it for itself; after that the sweeper takes it for left behind. Short, as a run may stand for as long after a crash; a send that takes longer goes out twice,
    /// which the inbox bears.
    /// </summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(5);
}
