namespace Flow.Orchestrator.Storage;

/// <summary>One registered text of a workflow; never changed.</summary>
public sealed class WorkflowVersion
{
    public string Name { get; set; } = "";

    public int Version { get; set; }

    /// <summary>SHA-256 of the definition, lower-case hex.</summary>
    public string Hash { get; set; } = "";

    /// <summary>The definition, as JSON.</summary>
    public string Definition { get; set; } = "";

    public string? Comment { get; set; }

    public DateTimeOffset RegisteredAt { get; set; }
}

/// <summary>A durable due time.</summary>
public sealed class TimerRow
{
    public Guid Token { get; set; }

    /// <summary>Name of the <see cref="Timers.DueKind"/>.</summary>
    public string Kind { get; set; } = "";

    public DateTimeOffset DueAt { get; set; }

    public Guid RunId { get; set; }

    public Guid ScopeId { get; set; }
}

/// <summary>Items of a distributed Map, from when they were read until the Map has opened with them.</summary>
public sealed class MapItemsRow
{
    /// <summary>The execution of the Map.</summary>
    public Guid Token { get; set; }

    public Guid RunId { get; set; }

    /// <summary>A JSON array.</summary>
    public string Items { get; set; } = "[]";
}

/// <summary>Children of a wide group that have no rows yet: a slice of it, in index order.</summary>
public sealed class HeldBackChildren
{
    /// <summary>The group they belong to.</summary>
    public Guid GroupToken { get; set; }

    /// <summary>Index of the first.</summary>
    public int FirstIndex { get; set; }

    /// <summary>How many they are.</summary>
    public int Count { get; set; }

    public Guid RunId { get; set; }

    /// <summary>The scope whose node opened the group.</summary>
    public Guid ParentId { get; set; }

    /// <summary>Tokens of the groups they will stand in, as <see cref="ScopeState.Lineage"/>.</summary>
    public string Lineage { get; set; } = "";

    /// <summary>A JSON array of <see cref="StatesLanguage.ChildScope"/>.</summary>
    public string Children { get; set; } = "[]";

    /// <summary>Outer variables they may read: a JSON object, or nothing.</summary>
    public string? Variables { get; set; }
}

/// <summary>What a scope of a paused run was told; it is told again when the run goes on.</summary>
public sealed class HeldMessage
{
    /// <summary>Place in the order of arrival.</summary>
    public long Id { get; set; }

    public Guid RunId { get; set; }

    public Guid ScopeId { get; set; }

    /// <summary>Name of the message's type.</summary>
    public string Type { get; set; } = "";

    /// <summary>The message, as JSON.</summary>
    public string Body { get; set; } = "";

    public DateTimeOffset HeldAt { get; set; }
}

/// <summary>A work queue of which nothing begins until it is resumed.</summary>
public sealed class PausedQueue
{
    /// <summary>Longest reason that is kept, in characters.</summary>
    public const int MaxReasonLength = 1_000;

    public string Queue { get; set; } = "";

    public DateTimeOffset PausedAt { get; set; }

    public string? Reason { get; set; }
}

/// <summary>A rate that processes share: how far its permits are reserved.</summary>
public sealed class PermitRow
{
    public string Key { get; set; } = "";

    /// <summary>The moment of the next permit if there were no bursts, in ticks of 100 ns since 1970, by the database's clock. Once it is past, the row says nothing.</summary>
    public long NextAt { get; set; }

    /// <summary>How many the last reservation got: a statement that writes a row can return no more than is in it.</summary>
    public long Reserved { get; set; }
}

/// <summary>An open scope that nothing holds and nobody moves, as long as it stands so.</summary>
public sealed class UnexplainedRow
{
    public Guid ScopeId { get; set; }

    public Guid RunId { get; set; }

    /// <summary>Transitions the scope had made.</summary>
    public long Sequence { get; set; }

    /// <summary>When it was noted.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>What is missing, for people.</summary>
    public string Text { get; set; } = "";
}

/// <summary>An entry of a run's journal.</summary>
public sealed class JournalRow
{
    /// <summary>Place in the journal; given when the row is inserted, so the order of commits as far as one transition caused another.</summary>
    public long Id { get; set; }

    public Guid RunId { get; set; }

    public Guid ScopeId { get; set; }

    /// <summary>The attempt that appended it.</summary>
    public Guid Token { get; set; }

    /// <summary>Place among the entries of the attempt, from 0.</summary>
    public int Index { get; set; }

    public string Node { get; set; } = "";

    public string Kind { get; set; } = "";

    /// <summary>The entry, as JSON.</summary>
    public string Value { get; set; } = "null";

    public DateTimeOffset RecordedAt { get; set; }
}

/// <summary>A run whose row is gone and whose other rows are about to be.</summary>
public sealed class ExpiredRun
{
    public Guid RunId { get; set; }
}

/// <summary>What one transition wrote into the history of its run.</summary>
public sealed class HistoryRow
{
    /// <summary>Place in the order of commits, as far as one transition caused another.</summary>
    public long Id { get; set; }

    public Guid RunId { get; set; }

    public Guid ScopeId { get; set; }

    /// <summary>Number of the transition within its scope, from 1.</summary>
    public long Sequence { get; set; }

    /// <summary>The events in order: a JSON array of <see cref="Contracts.HistoryEvent"/>.</summary>
    public string Events { get; set; } = "[]";

    /// <summary>The node whose output is among the events; null: there is none. A row tells one by its name and no more.</summary>
    public string? NodeLeft { get; set; }

    /// <summary>What became of the attempt whose failure is among the events; null: none failed.</summary>
    public AttemptFailure? Failure { get; set; }
}

/// <summary>What becomes of an attempt that failed.</summary>
public enum AttemptFailure
{
    /// <summary>Retry, or a Catch of the node or of one around it, went on from it.</summary>
    Handled,

    /// <summary>Nothing did: it is a dead letter.</summary>
    Permanent,
}
