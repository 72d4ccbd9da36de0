using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;
using Flow.StatesLanguage;

namespace Flow.Orchestrator.Runs;

/// <summary>
/// The one transaction of one message, as transitions see it: what they read, write and send. What is written and sent commits with the saga's row, or not at all;
/// what is read is committed, unless a member says otherwise.
/// </summary>
internal interface IRunTransaction
{
    /// <summary>Identity of the message; the same at every delivery of it.</summary>
    Guid MessageId { get; }

    CancellationToken CancellationToken { get; }

    PayloadLimits Limits { get; }

    /// <summary>The definition of a version that is known to exist.</summary>
    ValueTask<Definition> DefinitionAsync(string workflow, int version);

    /// <summary>The run's row, for what never changes in it.</summary>
    Task<Run> RunAsync(Guid runId);

    /// <summary>The row of a scope, which stays as it is until the transaction's end; null: there is none.</summary>
    Task<ScopeState?> LockAsync(Guid runId, Guid scopeId);

    /// <summary>The first children of a group, in index order, that are held back; to be changed.</summary>
    Task<IReadOnlyList<RunScope>> PendingChildrenAsync(Guid parentId, Guid groupToken, int most);

    /// <summary>The first slice of a group's children that have no rows yet, in index order; it is deleted. Null: all have rows.</summary>
    Task<HeldBackChildren?> TakeHeldBackAsync(Guid groupToken);

    /// <summary>Outputs of the children of a closed group in index order; null for one that failed and was tolerated.</summary>
    IAsyncEnumerable<string?> OutputsAsync(Guid parentId, Guid groupToken);

    /// <summary>Reads the items stored for a distributed Map, and deletes them; null: they were taken before.</summary>
    Task<string?> TakeItemsAsync(Guid token);

    /// <summary>Raw input of a node of the run's own machine when it was last entered; null: it never was.</summary>
    Task<JsonElement?> LastInputAsync(Guid runId, string node);

    /// <summary>A payload stored for an attempt of the run; null: it is not there, or not all of it.</summary>
    Task<byte[]?> ReadPayloadAsync(Guid runId, Guid token, Guid reference);

    /// <summary>Stores a payload that is too large for its message.</summary>
    /// <returns>Its reference.</returns>
    Guid StorePayload(Guid runId, Guid scopeId, Guid token, JsonElement payload);

    /// <summary>Drops one payload of a run.</summary>
    void DropPayload(Guid runId, Guid reference);

    /// <summary>Drops the payloads stored for an attempt.</summary>
    void DropPayloads(Guid runId, Guid token);

    /// <summary>Drops the payloads stored for a run.</summary>
    void DropPayloadsOf(Guid runId);

    Task<bool> HasVersionAsync(string workflow, int version);

    /// <summary>Where the scopes under a lineage stand that did not end well; one that has no row yet stands at the beginning of its machine.</summary>
    IAsyncEnumerable<(string Machine, string? Node)> UnfinishedAsync(Guid runId, string lineage);

    void Add(IReadOnlyList<RunScope> scopes);

    void Add(HeldBackChildren slice);

    /// <summary>Rows get their ids, and so their place in the history, in the order of these calls.</summary>
    void Add(HistoryRow row);

    void Remove(HistoryRow row);

    /// <summary>Rows get their ids, and so their place in the journal, in the order of these calls.</summary>
    void Add(JournalRow row);

    /// <summary>Replaces an earlier timer of the same token and kind.</summary>
    Task SetTimerAsync(TimerRow timer);

    /// <summary>Drops the timers of a token: all of them, or those of one kind.</summary>
    void DropTimers(Guid token, DueKind? kind = null);

    /// <summary>Drops the timers of a scope.</summary>
    void DropTimersOf(Guid scopeId);

    /// <summary>
    /// Closes the open scopes under a lineage (empty: all below the root) as cancelled and drops their timers and stored payloads, also those that a transition still under way opens.
    /// </summary>
    Task CancelScopesAsync(Guid runId, string lineage, DateTimeOffset now);

    /// <summary>Has the open scopes of a run hold what they are told from now on, also those that a transition still under way opens.</summary>
    Task PauseScopesAsync(Guid runId);

    /// <summary>Ends what <see cref="PauseScopesAsync"/> did.</summary>
    Task ResumeScopesAsync(Guid runId);

    void Add(HeldMessage held);

    /// <summary>The first messages held for a run, in the order in which they came; they are deleted.</summary>
    Task<IReadOnlyList<HeldMessage>> TakeHeldAsync(Guid runId, int most);

    void DropHeld(Guid runId);

    /// <summary>
    /// Puts a closed group under a new token and lineage, with all that is below it, and holds back those of its children that did not end well, to be run again.
    /// </summary>
    /// <returns>How many had ended well.</returns>
    Task<int> ReopenChildrenAsync(ScopeState parent, Guid token, Guid newToken);

    /// <summary>The open runs that nodes of the root (<paramref name="lineage"/> null) or of the scopes under a lineage wait for.</summary>
    Task<IReadOnlyList<Guid>> AwaitedRunsAsync(Guid runId, string? lineage);

    /// <summary>Sends to the saga that holds a scope.</summary>
    Task SendToScopeAsync<T>(Guid runId, Guid scopeId, T message)
        where T : class;

    Task SendAsync<T>(string queue, T message)
        where T : class;

    /// <summary>Hands an item to the workers of a queue.</summary>
    Task DispatchAsync(string queue, NodeWorkItem item);

    Task PublishAsync<T>(T message)
        where T : class;

    /// <summary>Answers the message, if its sender waits for an answer.</summary>
    Task AnswerAsync<T>(T message)
        where T : class;
}
