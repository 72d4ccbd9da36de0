using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Definitions;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Timers;
using Flow.Persistence;
using Flow.StatesLanguage;
using Flow.Transports;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Storage;

/// <summary>The transaction of a consumed message: rows of the context, messages through the outbox.</summary>
internal sealed class RunTransaction(OrchestratorDbContext db, WorkflowCatalog catalog, PayloadStore payloads, ConsumeContext context) : IRunTransaction
{
    private const string Pending = nameof(ScopeStateMachine.Pending);
    private const string Running = nameof(ScopeStateMachine.Running);
    private const string Paused = nameof(ScopeStateMachine.Paused);
    private const string Succeeded = nameof(ScopeStateMachine.Succeeded);
    private const string Cancelled = nameof(ScopeStateMachine.Cancelled);

    public Guid MessageId => context.MessageId ?? Guid.Empty;

    public CancellationToken CancellationToken => context.CancellationToken;

    public PayloadLimits Limits => payloads.Limits;

    public ValueTask<Definition> DefinitionAsync(string workflow, int version) => catalog.DefinitionAsync(db, workflow, version, CancellationToken);

    public Task<Run> RunAsync(Guid runId) => db.Runs.AsNoTracking().SingleAsync(r => r.CorrelationId == runId, CancellationToken);

    public async Task<ScopeState?> LockAsync(Guid runId, Guid scopeId)
    {
        context.RequireOwnTransaction();
        return (db is PostgresOrchestratorDbContext, scopeId == runId) switch
    {
            (true, true) => await db.Runs.FromSql($"SELECT * FROM runs WHERE run_id = {scopeId} FOR SHARE").AsNoTracking().SingleOrDefaultAsync(CancellationToken),
            (true, false) => await db.Scopes.FromSql($"SELECT * FROM scopes WHERE scope_id = {scopeId} FOR SHARE").AsNoTracking().SingleOrDefaultAsync(CancellationToken),
            (false, true) => await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.CorrelationId == scopeId, CancellationToken),
            (false, false) => await db.Scopes.AsNoTracking().SingleOrDefaultAsync(s => s.CorrelationId == scopeId, CancellationToken),
        };
    }

    public async Task<IReadOnlyList<RunScope>> PendingChildrenAsync(Guid parentId, Guid groupToken, int most) => await db.Scopes
        .Where(s => s.ParentId == parentId && s.GroupToken == groupToken && s.CurrentState == Pending)
        .OrderBy(s => s.Index)
        .Take(most)
        .ToListAsync(CancellationToken);

    public async Task<HeldBackChildren?> TakeHeldBackAsync(Guid groupToken)
    {
        var slice = await db.HeldBack.Where(s => s.GroupToken == groupToken).OrderBy(s => s.FirstIndex).FirstOrDefaultAsync(CancellationToken);
        if (slice is not null)
            db.HeldBack.Remove(slice);
        return slice;
    }

    public IAsyncEnumerable<string?> OutputsAsync(Guid parentId, Guid groupToken) => db.Scopes.AsNoTracking()
        .Where(s => s.ParentId == parentId && s.GroupToken == groupToken)
        .OrderBy(s => s.Index)
        .Select(s => s.Output)
        .AsAsyncEnumerable();

    public async Task<string?> TakeItemsAsync(Guid token)
    {
        if (await db.MapItems.FindAsync([token], CancellationToken) is not { } row)
            return null;
        db.MapItems.Remove(row);
        return row.Items;
    }

    public Task<byte[]?> ReadPayloadAsync(Guid runId, Guid token, Guid reference) => payloads.ReadAsync(runId, token, reference, CancellationToken);

    public Guid StorePayload(Guid runId, Guid scopeId, Guid token, JsonElement payload) => payloads.Add(runId, scopeId, token, payload);

    public void DropPayload(Guid runId, Guid reference) => context.ExecuteLater($"DELETE FROM payloads WHERE reference = {reference} AND run_id = {runId}");

    public void DropPayloads(Guid runId, Guid token) => context.ExecuteLater($"DELETE FROM payloads WHERE run_id = {runId} AND token = {token}");

    public void DropPayloadsOf(Guid runId) => context.ExecuteLater($"DELETE FROM payloads WHERE run_id = {runId}");

    public async Task<JsonElement?> LastInputAsync(Guid runId, string node)
    {
        var rows = db.History.AsNoTracking().Where(h => h.RunId == runId && h.ScopeId == runId).OrderByDescending(h => h.Id).Select(h => h.Events).AsAsyncEnumerable();
        await foreach (var events in rows.WithCancellation(CancellationToken))
        {
            var entered = JsonSerializer.Deserialize<List<HistoryEvent>>(events, OrchestratorJson.Options)!
                .FindLast(e => e.Node == node && e.Type.EndsWith("StateEntered", StringComparison.Ordinal));
            if (entered is not null)
                return entered.Input;
        }

        return null;
    }

    public async Task<bool> HasVersionAsync(string workflow, int version) => await WorkflowCatalog.FindAsync(db, workflow, version, CancellationToken) is not null;

    public async IAsyncEnumerable<(string Machine, string? Node)> UnfinishedAsync(Guid runId, string lineage)
    {
        var documents = db.Scopes.AsNoTracking().Where(s => s.RunId == runId && s.Lineage.StartsWith(lineage) && s.CurrentState != Succeeded).Select(s => s.Document);
        await foreach (var document in documents.AsAsyncEnumerable().WithCancellation(CancellationToken))
        {
            var scope = ScopeJson.Read(document);
            yield return (scope.Machine, scope.Node);
        }

        var slices = db.HeldBack.AsNoTracking().Where(s => s.RunId == runId && s.Lineage.StartsWith(lineage)).Select(s => s.Children);
        await foreach (var children in slices.AsAsyncEnumerable().WithCancellation(CancellationToken))
        {
            foreach (var machine in ScopeJson.ReadChildren(children).Select(child => child.Machine).Distinct())
                yield return (machine, null);
        }
    }

    public void Add(IReadOnlyList<RunScope> scopes) => db.Scopes.AddRange(scopes);

    public void Add(HeldBackChildren slice) => db.HeldBack.Add(slice);

    public void Add(HistoryRow row) => db.History.Add(row);

    public void Remove(HistoryRow row) => db.History.Remove(row);

    public void Add(JournalRow row) => db.Journal.Add(row);

    public async Task SetTimerAsync(TimerRow timer)
    {
        // Every other timer comes with a token of its own. One that is being claimed meanwhile is not put off, and does no harm: its scope starts it again.
        if (timer.Kind is nameof(DueKind.Heartbeat) or nameof(DueKind.Lease) && await db.Timers.FindAsync([timer.Token, timer.Kind], CancellationToken) is { } earlier)
            earlier.DueAt = timer.DueAt;
        else
            db.Timers.Add(timer);
        db.TimerAdded(timer.DueAt);
    }

    public void DropTimers(Guid token, DueKind? kind = null)
    {
        var name = kind?.ToString();
        Forget(t => t.Token == token && (name is null || t.Kind == name));
        if (name is null)
            context.ExecuteLater($"DELETE FROM timers WHERE token = {token}");
        else
            context.ExecuteLater($"DELETE FROM timers WHERE token = {token} AND kind = {name}");
    }

    public void DropTimersOf(Guid scopeId)
    {
        Forget(t => t.ScopeId == scopeId);
        context.ExecuteLater($"DELETE FROM timers WHERE scope_id = {scopeId}");
    }

    public async Task CancelScopesAsync(Guid runId, string lineage, DateTimeOffset now)
    {
        context.RequireOwnTransaction();
        // Rows of this transaction that are still in memory must be where the statements below can see them.
        await db.SaveChangesAsync(CancellationToken);
        await ChangeOpenAsync(
            runId,
            lineage,
            open => open.ExecuteUpdateAsync(set => set.SetProperty(s => s.CurrentState, Cancelled).SetProperty(s => s.EndedAt, now), CancellationToken));
        await db.Timers
            .Where(t => t.RunId == runId && db.Scopes.Any(s => s.CorrelationId == t.ScopeId && s.Lineage.StartsWith(lineage) && s.CurrentState == Cancelled))
            .ExecuteDeleteAsync(CancellationToken);
        await db.Payloads
            .Where(p => p.RunId == runId && db.Scopes.Any(s => s.CorrelationId == p.ScopeId && s.Lineage.StartsWith(lineage) && s.CurrentState == Cancelled))
            .ExecuteDeleteAsync(CancellationToken);
    }

    public Task PauseScopesAsync(Guid runId) => ChangeOpenAsync(
        runId,
        "",
        open => open.Where(s => s.CurrentState == Running).ExecuteUpdateAsync(set => set.SetProperty(s => s.CurrentState, Paused), CancellationToken));

    public Task ResumeScopesAsync(Guid runId) => ChangeOpenAsync(
        runId,
        "",
        open => open.Where(s => s.CurrentState == Paused).ExecuteUpdateAsync(set => set.SetProperty(s => s.CurrentState, Running), CancellationToken));

    public void Add(HeldMessage held) => db.HeldMessages.Add(held);

    public async Task<IReadOnlyList<HeldMessage>> TakeHeldAsync(Guid runId, int most)
    {
        var held = await db.HeldMessages.Where(h => h.RunId == runId).OrderBy(h => h.Id).Take(most).ToListAsync(CancellationToken);
        db.HeldMessages.RemoveRange(held);
        return held;
    }

    public void DropHeld(Guid runId) => context.ExecuteLater($"DELETE FROM held_messages WHERE run_id = {runId}");

    public async Task<int> ReopenChildrenAsync(ScopeState parent, Guid token, Guid newToken)
    {
        context.RequireOwnTransaction();
        var (runId, parentId) = (parent.RunId, parent.CorrelationId);
        var (lineage, newLineage) = (ChildScopes.LineageOf(parent, token), ChildScopes.LineageOf(parent, newToken));
        var children = db.Scopes.Where(s => s.ParentId == parentId && s.GroupToken == newToken);
        await db.Scopes.Where(s => s.ParentId == parentId && s.GroupToken == token)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.GroupToken, newToken), CancellationToken);
        await db.Scopes.Where(s => s.RunId == runId && s.Lineage.StartsWith(lineage))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Lineage, s => s.Lineage.Replace(lineage, newLineage)), CancellationToken);
        await db.HeldBack.Where(s => s.GroupToken == token).ExecuteUpdateAsync(set => set.SetProperty(s => s.GroupToken, newToken), CancellationToken);
        await db.HeldBack.Where(s => s.RunId == runId && s.Lineage.StartsWith(lineage))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Lineage, s => s.Lineage.Replace(lineage, newLineage)), CancellationToken);
        await children.Where(s => s.CurrentState != Succeeded).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.CurrentState, Pending).SetProperty(s => s.EndedAt, (DateTimeOffset?)null)
                .SetProperty(s => s.Error, (string?)null).SetProperty(s => s.Cause, (string?)null),
            CancellationToken);
        return await children.CountAsync(s => s.CurrentState == Succeeded, CancellationToken);
    }

    public async Task<IReadOnlyList<Guid>> AwaitedRunsAsync(Guid runId, string? lineage)
    {
        var awaited = db.Runs.Where(r => r.SourceRunId == runId && r.ParentResource != null && r.EndedAt == null);
        awaited = lineage is null
            ? awaited.Where(r => r.ParentScopeId == runId)
            : awaited.Where(r => db.Scopes.Any(s => s.CorrelationId == r.ParentScopeId && s.RunId == runId && s.Lineage.StartsWith(lineage)));
        return await awaited.Select(r => r.CorrelationId).ToListAsync(CancellationToken);
    }

    public Task SendToScopeAsync<T>(Guid runId, Guid scopeId, T message)
        where T : class => context.Send(Endpoints.For(runId, scopeId), Fitting.Fit(Limits.Message, message));

    public Task SendAsync<T>(string queue, T message)
        where T : class => context.Send(new Uri($"queue:{queue}"), message);

    public async Task DispatchAsync(string queue, NodeWorkItem item)
    {
        var reply = Endpoints.For(item.RunId, item.ScopeId, context.ReceiveContext.InputAddress);
        var endpoint = await context.GetSendEndpoint(WorkQueues.Address(queue, item.Priority));
        await endpoint.Send(item, send => send.ResponseAddress = reply, CancellationToken);
    }

    public Task PublishAsync<T>(T message)
        where T : class => context.Publish(Fitting.Fit(Limits.Message, message), CancellationToken);

    public Task AnswerAsync<T>(T message)
        where T : class => context.ResponseAddress is null ? Task.CompletedTask : context.RespondAsync(message);

    /// <summary>
    /// Changes open scopes until there is none left to change: a statement does not see what a transition that it waits for has opened, the next one does, and a scope that is
    /// closed or paused opens nothing more. Rows are locked in the order of their ids, as every transaction locks them, so that no two wait for each other.
    /// </summary>
    private async Task ChangeOpenAsync(Guid runId, string lineage, Func<IQueryable<RunScope>, Task<int>> change)
    {
        context.RequireOwnTransaction();
        do
        {
            if (db is PostgresOrchestratorDbContext)
            {
                await db.Database.ExecuteSqlAsync(
                    $"SELECT count(*) FROM (SELECT 1 FROM scopes WHERE run_id = {runId} AND lineage LIKE {lineage + "%"} AND ended_at IS NULL ORDER BY scope_id FOR UPDATE) AS locked",
                    CancellationToken);
            }
        }
        while (await change(db.Scopes.Where(s => s.RunId == runId && s.Lineage.StartsWith(lineage) && s.EndedAt == null)) > 0);
    }

    private void Forget(Func<TimerRow, bool> which)
    {
        foreach (var added in db.Timers.Local.Where(which).ToList())
            db.Entry(added).State = EntityState.Detached;
    }
}
