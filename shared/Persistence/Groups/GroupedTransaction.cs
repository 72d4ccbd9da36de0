using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Flow.Persistence;

/// <summary>A message's part in a transaction that it shares. What its context has tracked is written with the rows of the others.</summary>
internal sealed class GroupedTransaction<TDbContext>(
    TDbContext context, CommitGroups<TDbContext> groups, IEnumerable<ICommitObserver<TDbContext>> observers, Guid messageId, Guid consumerId, bool isAgain) : IOutboxTransaction
    where TDbContext : DbContext
{
    private readonly List<OutboxEntry> _rows = [];
    private readonly List<FormattableString> _later = [];
    private GroupMember? _member;
    private MemberStart? _start;
    private bool _ended;

    public DbContext Context => context;

    public IReadOnlyList<OutboxEntry> Rows => _rows;

    public async Task<bool> BeginAsync(SagaKey? saga, CancellationToken cancellationToken)
    {
        if (_member is null)
        {
            var map = saga is { } key ? groups.SagaMap(context, key.Type) ?? throw new AloneException($"{key.Type.Name} is not kept in one flat table.") : null;
            _member = new(messageId, consumerId, saga, map);
            GroupGuard.Guard(context, _member);
            groups.Enter(context, _member, isFirst: isAgain);
        }

        _start ??= await _member.Started.WaitAsync(cancellationToken);
        return _start.IsFresh;
    }

    public Task<TSaga?> LoadAsync<TSaga>(SagaTable<TSaga> table, Guid id, CancellationToken cancellationToken)
        where TSaga : class, ISaga
    {
        if (!table.IsPlain || _member!.Saga != new SagaKey(typeof(TSaga), id))
            throw new AloneException($"{typeof(TSaga).Name} is found or loaded in a way of its own.");
        if (_start!.Values is not { } values)
            return Task.FromResult<TSaga?>(null);
        var saga = (TSaga)_member.SagaMap!.New(values);
        context.Attach(saga);
        return Task.FromResult<TSaga?>(saga);
    }

    public void Later(FormattableString sql) => _later.Add(sql);

    public void RequireOwn() => throw new AloneException("It needs the transaction for itself.");

    public void Add(OutboxEntry row)
    {
        lock (_rows)
        {
            if (_ended)
                throw new InvalidOperationException($"A message to {row.Destination} was sent after its consumer had ended. Await every Publish and Send.");
            _rows.Add(row);
        }
    }

    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (!await BeginAsync(null, cancellationToken))
        {
            _rows.Clear();
            return;
        }

        lock (_rows)
            _ended = true;
        var entries = context.ChangeTracker.Entries().Where(entry => entry.State != EntityState.Unchanged).ToList();
        _member!.HandIn(new()
        {
            Values = SagaValues(),
            Changes = [.. entries.Where(entry => !IsSaga(entry)).OrderBy(GeneratedOrder).Select(Change)],
            Later = _later,
            Outbox = _rows,
        });
    }

    public async Task CommitAsync()
    {
        if (_start is not { IsFresh: true })
            return;
        if (!_ended)
            await SaveAsync(CancellationToken.None);
        try
        {
            await _member!.Committed;
        }
        catch (Exception exception)
        {
            // Alone it shows who is at fault; had the commit come through after all, the inbox knows the message.
            throw new AloneException(exception.Message);
        }

        foreach (var observer in observers)
            observer.Committed(context);
    }

    public ValueTask DisposeAsync()
    {
        _member?.Leave();
        GroupGuard.Release(context);
        return ValueTask.CompletedTask;
    }

    private object?[]? SagaValues() => _member!.Saga is null ? null : context.ChangeTracker.Entries().FirstOrDefault(IsSaga) switch
    {
        null => _start!.Values,
        { State: EntityState.Deleted } => null,
        var entry => _member.SagaMap!.Values(entry.Entity),
    };

    private bool IsSaga(EntityEntry entry) => _member!.Saga is { } saga && entry.Entity is ISaga instance && instance.CorrelationId == saga.Id && entry.Entity.GetType() == saga.Type;

    private RowChange Change(EntityEntry entry)
    {
        var map = groups.Map(context, entry.Metadata.ClrType) ?? throw new AloneException($"{entry.Metadata.ClrType.Name} is not kept in one flat table.");
        return entry.State switch
        {
            EntityState.Added => new(map, entry.Entity, null),
            EntityState.Deleted => new(map, entry.Entity, null, IsDeleted: true),
            _ => new(map, entry.Entity, [.. map.Columns.Where(column => entry.Property(column.Property.Name).IsModified)]),
        };
    }

    /// <summary>Rows whose key the database makes get it in the order in which they were added: their temporary keys count up.</summary>
    private long GeneratedOrder(EntityEntry entry) =>
        entry.State == EntityState.Added && entry.Metadata.FindPrimaryKey()!.Properties is [var key] && entry.Property(key.Name) is { IsTemporary: true, CurrentValue: { } value }
            ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)
            : 0;
}
