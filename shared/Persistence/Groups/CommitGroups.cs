using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Flow.Persistence;

/// <summary>
/// Forms groups of the messages in flight on PostgreSQL: while one group commits the next gathers, so that nobody waits for company. Only a group that takes long, for a slow handler or disk, is
/// overtaken by others: groups side by side are smaller, and each costs a commit. A saga that is in a group under way waits for the next group.
/// </summary>
internal sealed class CommitGroups<TDbContext>(RowMaps<TDbContext> maps, OutboxOptions<TDbContext> options, TimeProvider time)
    where TDbContext : DbContext
{
    private const int LargestGroup = 64;
    private const int GroupsAtOnce = 4;

    /// <summary>After which time a group is overtaken.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(100);

    private static readonly Meter Meter = new("Flow");
    private static readonly Histogram<int> Sizes = Meter.CreateHistogram<int>("flow.commit.group_size", "{message}", "Messages that shared a commit.");
    private static readonly Counter<long> Alone = Meter.CreateCounter<long>("flow.commit.alone", "{message}", "Messages that needed a transaction of their own.");

    private readonly Lock _lock = new();
    private readonly LinkedList<GroupMember> _waiting = [];
    private readonly HashSet<object> _busy = [];
    private Setup? _setup;
    private int _running;
    private List<GroupMember>? _newest;

    /// <summary>Whether the context's database can do it, and it is wanted.</summary>
    public bool Serves(TDbContext context) => options.SharesCommits && FlowDatabase.KindOf(context) == DatabaseKind.Postgres;

    /// <summary>The map of a saga that groups can load; null: it goes alone.</summary>
    public RowMap? SagaMap(TDbContext context, Type saga) => maps.Find(context, saga) is { Keys: [{ Property.ClrType: var key }] } map && key == typeof(Guid) ? map : null;

    /// <summary>The map of any entity; null: it is not flat.</summary>
    public RowMap? Map(TDbContext context, Type type) => maps.Find(context, type);

    /// <summary>Puts a message in line for the next group, at its head when it was in a group already.</summary>
    public void Enter(TDbContext context, GroupMember member, bool isFirst)
    {
        _setup ??= new(ConnectionString(context), maps.Of(context, typeof(InboxEntry)), maps.Of(context, typeof(OutboxEntry)));
        lock (_lock)
        {
            if (isFirst)
                _waiting.AddFirst(member);
            else
                _waiting.AddLast(member);
        }

        Start(_setup);
    }

    /// <summary>Counts a message that goes alone.</summary>
    public static void CountAlone() => Alone.Add(1);

    private void Start(Setup setup)
    {
        while (true)
        {
            List<GroupMember> group;
            lock (_lock)
            {
                if (_running == GroupsAtOnce || _newest is not null || (group = Take()).Count == 0)
                    return;
                _running++;
                _newest = group;
            }

            _ = RunAsync(setup, group);
            _ = OvertakeAsync(setup, group);
        }
    }

    private async Task OvertakeAsync(Setup setup, List<GroupMember> group)
    {
        await Task.Delay(Long, time, CancellationToken.None);
        lock (_lock)
            LetPass(group);
        Start(setup);
    }

    /// <summary>The next group need not wait for this one any more.</summary>
    private void LetPass(List<GroupMember> group)
    {
        if (_newest == group)
            _newest = null;
    }

    /// <summary>The next group: in order of arrival, without what another group has in hand, and without a second delivery of one message.</summary>
    private List<GroupMember> Take()
    {
        var group = new List<GroupMember>();
        var inboxes = new HashSet<object>();
        for (var node = _waiting.First; node is not null && group.Count < LargestGroup;)
        {
            var (member, next) = (node.Value, node.Next);
            if (!_busy.Contains(member.Inbox) && (member.Saga is not { } saga || !_busy.Contains(saga)) && inboxes.Add(member.Inbox))
            {
                _waiting.Remove(node);
                group.Add(member);
            }

            node = next;
        }

        foreach (var member in group)
        {
            _busy.Add(member.Inbox);
            if (member.Saga is { } saga)
                _busy.Add(saga);
        }

        return group;
    }

    private async Task RunAsync(Setup setup, List<GroupMember> group)
    {
        // The one who completes the group must not do the work of all others on its thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        IReadOnlyList<GroupMember> putBack = [];
        try
        {
            Sizes.Record(group.Count);
            var sagas = group.Where(member => member.Saga is not null).Select(member => (member.Saga!.Value.Type, member.SagaMap!)).DistinctBy(pair => pair.Type).ToDictionary();
            await using var connection = new NpgsqlConnection(setup.ConnectionString);
            await connection.OpenAsync(CancellationToken.None);
            var commit = new CommitGroup(group, sagas, setup.Inbox, setup.Outbox, time.GetUtcNow().UtcDateTime);
            try
            {
                await commit.RunAsync(connection);
            }
            finally
            {
                putBack = commit.PutBack;
            }
        }
        catch (Exception exception)
        {
            foreach (var member in group.Except(putBack))
                member.Fail(exception);
        }
        finally
        {
            lock (_lock)
            {
                _running--;
                LetPass(group);
                foreach (var member in putBack.Reverse())
                    _waiting.AddFirst(member);
                foreach (var member in group)
                {
                    _busy.Remove(member.Inbox);
                    if (member.Saga is { } saga)
                        _busy.Remove(saga);
                }
            }

            Start(setup);
        }
    }

    /// <summary>A pool of its own whose statements stay prepared: there are few, and each takes any number of rows.</summary>
    private static string ConnectionString(TDbContext context)
    {
        var settings = new NpgsqlConnectionStringBuilder(context.Database.GetConnectionString());
        if (settings.MaxAutoPrepare == 0)
            (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (100, 3);
        settings.ApplicationName ??= "flow";
        return settings.ConnectionString;
    }

    private sealed record Setup(string ConnectionString, RowMap Inbox, RowMap Outbox);
}
