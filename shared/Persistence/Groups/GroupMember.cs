namespace Flow.Persistence;

/// <summary>The saga a message is for.</summary>
internal readonly record struct SagaKey(Type Type, Guid Id);

/// <summary>What a message's turn in its group begins with.</summary>
/// <param name="IsFresh">False: the message was consumed before.</param>
/// <param name="Values">The saga's row as the messages before it have left it; null: there is none.</param>
/// <param name="HasPredecessors">Whether a message before it in the group has changed something that is not committed yet.</param>
internal sealed record MemberStart(bool IsFresh, object?[]? Values, bool HasPredecessors = false);

/// <summary>What a message did: to be written with the rest of its group.</summary>
internal sealed class MemberWork
{
    /// <summary>The saga's row afterwards; null: it is gone, or there is none.</summary>
    public object?[]? Values { get; init; }

    /// <summary>Rows of other tables.</summary>
    public required IReadOnlyList<RowChange> Changes { get; init; }

    /// <summary>Statements that follow the rows.</summary>
    public required IReadOnlyList<FormattableString> Later { get; init; }

    /// <summary>Outgoing messages.</summary>
    public required IReadOnlyList<OutboxEntry> Outbox { get; init; }
}

/// <summary>A row that was added, changed (in these columns) or deleted (no columns).</summary>
internal sealed record RowChange(RowMap Map, object Entity, IReadOnlyList<RowColumn>? Updated, bool IsDeleted = false);

/// <summary>
/// One message in a group: it enters, is started when the group has loaded and its predecessors on the same saga are done, hands in its work or leaves, and learns of the commit.
/// </summary>
internal sealed class GroupMember(Guid messageId, Guid consumerId, SagaKey? saga, RowMap? sagaMap)
{
    private readonly TaskCompletionSource<MemberStart> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<MemberWork?> _handedIn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public (Guid MessageId, Guid ConsumerId) Inbox { get; } = (messageId, consumerId);

    public SagaKey? Saga { get; } = saga;

    public RowMap? SagaMap { get; } = sagaMap;

    /// <summary>When its turn comes; faults with what kept the group from loading.</summary>
    public Task<MemberStart> Started => _started.Task;

    /// <summary>When the group has committed; faults with what kept it from that.</summary>
    public Task Committed => _committed.Task;

    /// <summary>The work; null: it left.</summary>
    public Task<MemberWork?> HandedIn => _handedIn.Task;

    public bool HasPredecessors { get; private set; }

    /// <summary>It left to go with the next group, and so do those after it.</summary>
    public bool IsDeferred { get; private set; }

    public void Start(MemberStart start)
    {
        HasPredecessors = start.HasPredecessors;
        _started.TrySetResult(start);
    }

    public void HandIn(MemberWork work) => _handedIn.TrySetResult(work);

    /// <summary>Takes no part any more: it failed, was consumed before, or goes alone.</summary>
    public void Leave() => _handedIn.TrySetResult(null);

    /// <summary>Goes with the next group.</summary>
    public void Defer()
    {
        IsDeferred = true;
        Leave();
    }

    public void Commit() => _committed.TrySetResult();

    public void Fail(Exception exception)
    {
        _started.TrySetException(exception);
        _committed.TrySetException(exception);
        // Nobody may be waiting any more.
        _ = _started.Task.Exception;
        _ = _committed.Task.Exception;
    }
}
