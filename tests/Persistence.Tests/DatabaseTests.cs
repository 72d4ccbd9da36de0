using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence.Tests;

/// <summary>A suite that runs over every database: one-line subclasses name it.</summary>
public abstract class DatabaseTests<TDatabase> : IAsyncDisposable
    where TDatabase : TestDatabase, new()
{
    private readonly List<Node> _nodes = [];

    protected TDatabase Database { get; } = new();

    protected async Task<Node> StartAsync(Action<NodeSettings>? configure = null)
    {
        var node = await Node.StartAsync(Database, configure);
        _nodes.Add(node);
        return node;
    }

    /// <summary>The ledger as it is, without a bus.</summary>
    protected LedgerContext OpenLedger() => FlowDatabase.KindOf(Database.ConnectionString) == DatabaseKind.Postgres
        ? new PostgresLedger(Options<PostgresLedger>())
        : new SqliteLedger(Options<SqliteLedger>());

    /// <summary>Waits until so many notes have been echoed and heard, and nothing is left to send.</summary>
    protected static Task Settled(Node node, int notes) => Eventually.Holds(
        async () => await node.CountAsync<Echo>() >= notes && node.Seen.Of<NoteWritten>().Count >= notes && await node.CountAsync<OutboxEntry>() == 0,
        $"{notes} notes echoed and heard, and an empty outbox");

    protected static Task EmptyOutbox(Node node) => Eventually.Holds(async () => await node.CountAsync<OutboxEntry>() == 0, "the outbox is empty");

    private DbContextOptions<T> Options<T>()
        where T : DbContext
    {
        var options = new DbContextOptionsBuilder<T>();
        options.UseFlowDatabase(Database.ConnectionString);
        return options.Options;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
