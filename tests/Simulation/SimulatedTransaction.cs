using Flow.Orchestrator;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;
using Flow.StatesLanguage;

namespace Flow.Simulation.Tests;

/// <summary>The transaction of one message in memory: everything it wrote and sent is in the store after <see cref="Commit"/>, or none of it.</summary>
internal sealed class SimulatedTransaction(Store store, Envelope envelope, Func<Guid> newId) : IRunTransaction
{
    public const string Work = "work";
    public const string Events = "events";

    private readonly List<HistoryRow> _history = [];
    private readonly List<JournalRow> _journal = [];
    private readonly List<Envelope> _sent = [];

    public View<Guid, Run> Runs { get; } = new(store.Runs);

    public View<Guid, RunScope> Scopes { get; } = new(store.Scopes);

    public View<(Guid, string), TimerRow> Timers { get; } = new(store.Timers);

    public View<(Guid, int), HeldBackChildren> HeldBack { get; } = new(store.HeldBack);

    public View<long, HeldMessage> Held { get; } = new(store.Held);

    public IReadOnlyList<Envelope> Sent => _sent;

    public Guid MessageId => envelope.Id;

    public CancellationToken CancellationToken => CancellationToken.None;

    public Flow.Orchestrator.Payloads.PayloadLimits Limits => Flow.Orchestrator.Payloads.PayloadLimits.Default;

    public ValueTask<Definition> DefinitionAsync(string workflow, int version) => new(store.Workflows[(workflow, version)]);

    // Committed, as in the product: not this transaction's own.
    public Task<Run> RunAsync(Guid runId) => Task.FromResult(View<Guid, Run>.Copy(store.Runs.Rows[runId]));

    public Task<ScopeState?> LockAsync(Guid runId, Guid scopeId) => Task.FromResult<ScopeState?>(runId == scopeId ? Runs.Find(scopeId) : Scopes.Find(scopeId));

    public Task<IReadOnlyList<RunScope>> PendingChildrenAsync(Guid parentId, Guid groupToken, int most) => Task.FromResult<IReadOnlyList<RunScope>>(
        [.. Scopes.Where(s => s.ParentId == parentId && s.GroupToken == groupToken && s.CurrentState == "Pending").OrderBy(s => s.Index).Take(most)]);

    public Task<HeldBackChildren?> TakeHeldBackAsync(Guid groupToken)
    {
        var slice = HeldBack.Where(s => s.GroupToken == groupToken).MinBy(s => s.FirstIndex);
        if (slice is not null)
            HeldBack.Remove((slice.GroupToken, slice.FirstIndex));
        return Task.FromResult(slice);
    }

    public IAsyncEnumerable<string?> OutputsAsync(Guid parentId, Guid groupToken) =>
        Scopes.Where(s => s.ParentId == parentId && s.GroupToken == groupToken).OrderBy(s => s.Index).Select(s => s.Output).ToAsyncEnumerable();

    public Task<string?> TakeItemsAsync(Guid token) => throw new NotSupportedException("Stored items are not simulated.");

    public Task<byte[]?> ReadPayloadAsync(Guid runId, Guid token, Guid reference) => throw new NotSupportedException("Stored payloads are not simulated.");

    public Guid StorePayload(Guid runId, Guid scopeId, Guid token, JsonElement payload) => throw new NotSupportedException("Stored payloads are not simulated.");

    public void DropPayload(Guid runId, Guid reference)
    {
    }

    public void DropPayloads(Guid runId, Guid token)
    {
    }

    public void DropPayloadsOf(Guid runId)
    {
    }

    public Task<JsonElement?> LastInputAsync(Guid runId, string node) => Task.FromResult(store.History
        .Where(h => h.RunId == runId && h.ScopeId == runId).Reverse()
        .SelectMany(h => JsonSerializer.Deserialize<List<HistoryEvent>>(h.Events, OrchestratorJson.Options)!)
        .FirstOrDefault(e => e.Node == node && e.Type.EndsWith("StateEntered", StringComparison.Ordinal))?.Input);

    public Task<bool> HasVersionAsync(string workflow, int version) => Task.FromResult(store.Workflows.ContainsKey((workflow, version)));

    public IAsyncEnumerable<(string Machine, string? Node)> UnfinishedAsync(Guid runId, string lineage)
    {
        var begun = Scopes.Where(s => s.RunId == runId && s.Lineage.StartsWith(lineage, StringComparison.Ordinal) && s.CurrentState != "Succeeded")
            .Select(s => ScopeJson.Read(s.Document)).Select(scope => (scope.Machine, scope.Node));
        var packed = HeldBack.Where(s => s.RunId == runId && s.Lineage.StartsWith(lineage, StringComparison.Ordinal))
            .SelectMany(s => ScopeJson.ReadChildren(s.Children)).Select(child => (child.Machine, (string?)null));
        return begun.Concat(packed).ToAsyncEnumerable();
    }

    public void Add(IReadOnlyList<RunScope> scopes)
    {
        foreach (var scope in scopes)
            Scopes.Put(scope.CorrelationId, scope);
    }

    public void Add(HeldBackChildren slice) => HeldBack.Put((slice.GroupToken, slice.FirstIndex), slice);

    public void Add(HistoryRow row) => _history.Add(row);

    public void Remove(HistoryRow row) => _history.Remove(row);

    public void Add(JournalRow row) => _journal.Add(row);

    public Task SetTimerAsync(TimerRow timer)
    {
        Timers.Put((timer.Token, timer.Kind), timer);
        return Task.CompletedTask;
    }

    public void DropTimers(Guid token, DueKind? kind = null) => Drop(t => t.Token == token && (kind is null || t.Kind == kind.ToString()));

    public void DropTimersOf(Guid scopeId) => Drop(t => t.ScopeId == scopeId);

    public Task CancelScopesAsync(Guid runId, string lineage, DateTimeOffset now)
    {
        foreach (var scope in Open(runId, lineage))
            (scope.CurrentState, scope.EndedAt) = ("Cancelled", now);
        var cancelled = Scopes.Where(s => s.RunId == runId && s.Lineage.StartsWith(lineage, StringComparison.Ordinal) && s.CurrentState == "Cancelled").Select(s => s.CorrelationId).ToHashSet();
        Drop(t => cancelled.Contains(t.ScopeId));
        return Task.CompletedTask;
    }

    public Task PauseScopesAsync(Guid runId) => ChangeAsync(runId, "Running", "Paused");

    public Task ResumeScopesAsync(Guid runId) => ChangeAsync(runId, "Paused", "Running");

    public void Add(HeldMessage held)
    {
        held.Id = store.NextId++;
        Held.Put(held.Id, held);
    }

    public Task<IReadOnlyList<HeldMessage>> TakeHeldAsync(Guid runId, int most)
    {
        var held = Held.Where(h => h.RunId == runId).OrderBy(h => h.Id).Take(most).ToList();
        held.ForEach(h => Held.Remove(h.Id));
        return Task.FromResult<IReadOnlyList<HeldMessage>>(held);
    }

    public void DropHeld(Guid runId)
    {
        foreach (var held in Held.Where(h => h.RunId == runId))
            Held.Remove(held.Id);
    }

    public Task<int> ReopenChildrenAsync(ScopeState parent, Guid token, Guid newToken)
    {
        var (lineage, newLineage) = (ChildScopes.LineageOf(parent, token), ChildScopes.LineageOf(parent, newToken));
        foreach (var below in Scopes.Where(s => s.RunId == parent.RunId && s.Lineage.StartsWith(lineage, StringComparison.Ordinal)))
            below.Lineage = newLineage + below.Lineage[lineage.Length..];
        foreach (var below in HeldBack.Where(s => s.RunId == parent.RunId && s.Lineage.StartsWith(lineage, StringComparison.Ordinal)))
        {
            below.Lineage = newLineage + below.Lineage[lineage.Length..];
            if (below.GroupToken != token)
                continue;
            HeldBack.Remove((token, below.FirstIndex));
            below.GroupToken = newToken;
            HeldBack.Put((newToken, below.FirstIndex), below);
        }

        var children = Scopes.Where(s => s.ParentId == parent.CorrelationId && s.GroupToken == token);
        foreach (var child in children)
        {
            child.GroupToken = newToken;
            if (child.CurrentState != "Succeeded")
                (child.CurrentState, child.EndedAt, child.Error, child.Cause) = ("Pending", null, null, null);
        }

        return Task.FromResult(children.Count(child => child.CurrentState == "Succeeded"));
    }

    public Task<IReadOnlyList<Guid>> AwaitedRunsAsync(Guid runId, string? lineage) => Task.FromResult<IReadOnlyList<Guid>>(
        [.. Runs.Where(r => r.SourceRunId == runId && r.ParentResource is not null && r.EndedAt is null
            && (lineage is null ? r.ParentScopeId == runId : Scopes.Find(r.ParentScopeId!.Value) is { } scope && scope.RunId == runId && scope.Lineage.StartsWith(lineage, StringComparison.Ordinal)))
            .Select(r => r.CorrelationId)]);

    public Task SendToScopeAsync<T>(Guid runId, Guid scopeId, T message)
        where T : class => SendAsync(runId == scopeId ? Endpoints.Runs : Endpoints.Scopes, message);

    public Task SendAsync<T>(string queue, T message)
        where T : class
    {
        _sent.Add(new(newId(), queue, message));
        return Task.CompletedTask;
    }

    public Task DispatchAsync(string queue, NodeWorkItem item) => SendAsync(Work, item);

    public Task PublishAsync<T>(T message)
        where T : class => SendAsync(Events, message);

    public Task AnswerAsync<T>(T message)
        where T : class => Task.CompletedTask;

    public void Commit()
    {
        Runs.Commit();
        Scopes.Commit();
        Timers.Commit();
        HeldBack.Commit();
        Held.Commit();
        foreach (var row in _history)
        {
            row.Id = store.NextId++;
            store.History.Add(row);
        }

        foreach (var row in _journal)
        {
            row.Id = store.NextId++;
            store.Journal.Add(row);
        }

        store.Inbox.Add((envelope.Id, envelope.Endpoint));
        store.Outbox.AddRange(_sent);
    }

    private IReadOnlyList<RunScope> Open(Guid runId, string lineage) =>
        Scopes.Where(s => s.RunId == runId && s.Lineage.StartsWith(lineage, StringComparison.Ordinal) && s.EndedAt is null);

    private Task ChangeAsync(Guid runId, string from, string to)
    {
        foreach (var scope in Open(runId, "").Where(s => s.CurrentState == from))
            scope.CurrentState = to;
        return Task.CompletedTask;
    }

    private void Drop(Func<TimerRow, bool> which)
    {
        foreach (var timer in Timers.Where(which))
            Timers.Remove((timer.Token, timer.Kind));
    }
}
