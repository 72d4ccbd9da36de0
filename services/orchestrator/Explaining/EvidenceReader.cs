using System.Runtime.CompilerServices;
using Flow.Orchestrator.Definitions;
using Flow.Orchestrator.Records;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Explaining;

/// <summary>Gathers the evidence for a batch of scopes with a handful of queries.</summary>
internal sealed class EvidenceReader(WorkflowCatalog catalog, WorkersHeard workers, TimeProvider time)
{
    private const int BatchSize = 200;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    /// <summary>All open scopes, roots first, in batches with a breath in between.</summary>
    public async IAsyncEnumerable<Evidence> OpenAsync(OrchestratorDbContext db, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var table in new[] { (Func<Guid, Task<List<ScopeState>>>)Runs, Scopes })
        {
            var last = Guid.Empty;
            while (await table(last) is { Count: > 0 } batch)
            {
                foreach (var evidence in await ReadAsync(db, batch, cancellationToken))
                    yield return evidence;
                last = batch[^1].CorrelationId;
                await Task.Delay(Breath, time, cancellationToken);
            }
        }

        async Task<List<ScopeState>> Runs(Guid after) =>
            [.. await db.Runs.AsNoTracking().Where(r => r.EndedAt == null && r.CorrelationId > after).OrderBy(r => r.CorrelationId).Take(BatchSize).ToListAsync(cancellationToken)];

        async Task<List<ScopeState>> Scopes(Guid after) =>
            [.. await db.Scopes.AsNoTracking().Where(s => s.EndedAt == null && s.CorrelationId > after).OrderBy(s => s.CorrelationId).Take(BatchSize).ToListAsync(cancellationToken)];
    }

    public async Task<IReadOnlyList<Evidence>> ReadAsync(OrchestratorDbContext db, IReadOnlyList<ScopeState> states, CancellationToken cancellationToken)
    {
        var bare = await BareAsync(db, states, cancellationToken);
        var ids = bare.ConvertAll(e => e.State.CorrelationId);
        var tokens = bare.Where(e => e.Scope.Token is not null).Select(e => e.Scope.Token!.Value).ToList();
        var timers = (await db.Timers.AsNoTracking().Where(t => ids.Contains(t.ScopeId)).ToListAsync(cancellationToken)).ToLookup(t => t.ScopeId);
        var tallies = await TalliesAsync(db, [.. bare.Where(e => e.Situation == Situation.Group).Select(e => e.State.CorrelationId)], tokens, cancellationToken);
        var childRuns = await db.Runs.AsNoTracking().Where(r => tokens.Contains(r.CorrelationId)).ToDictionaryAsync(r => r.CorrelationId, cancellationToken);
        var items = await db.MapItems.Where(i => tokens.Contains(i.Token)).Select(i => i.Token).ToHashSetAsync(cancellationToken);
        var paused = await db.PausedQueues.AsNoTracking().ToDictionaryAsync(p => p.Queue, StringComparer.Ordinal, cancellationToken);
        return bare.ConvertAll(e => e with
        {
            PausedQueues = paused,
            Timers = [.. timers[e.State.CorrelationId]],
            Children = tallies.GetValueOrDefault((e.State.CorrelationId, e.Scope.Token ?? Guid.Empty)) ?? e.Children,
            ChildRun = e.Scope.OutstandingAttempt is { } attempt ? childRuns.GetValueOrDefault(attempt) : null,
            Handling = e.Scope.OutstandingAttempt is { } taken ? workers.Find(taken) : null,
            Rest = e.Situation == Situation.Attempt && e.AttemptedResource is { } resource ? workers.FindRest(resource.Queue ?? e.Run.Queue, resource.Handler) : null,
            AreItemsRead = items.Contains(e.Scope.Token ?? Guid.Empty),
        });
    }

    private async Task<List<Evidence>> BareAsync(OrchestratorDbContext db, IReadOnlyList<ScopeState> states, CancellationToken cancellationToken)
    {
        var runIds = states.OfType<RunScope>().Select(s => s.RunId).Distinct().ToList();
        var runs = await db.Runs.AsNoTracking().Where(r => runIds.Contains(r.CorrelationId)).ToDictionaryAsync(r => r.CorrelationId, cancellationToken);
        var bare = new List<Evidence>(states.Count);
        foreach (var state in states)
        {
            // A scope whose run is gone is on its way out.
            if ((state as Run ?? runs.GetValueOrDefault(state.RunId)) is { } run)
                bare.Add(new(state, ScopeJson.Read(state.Document), run, await catalog.DefinitionAsync(db, run.Workflow, run.WorkflowVersion, cancellationToken)));
        }

        return bare;
    }

    private static async Task<Dictionary<(Guid Parent, Guid Token), Tally>> TalliesAsync(OrchestratorDbContext db, List<Guid> parents, List<Guid> tokens, CancellationToken cancellationToken)
    {
        if (parents.Count == 0)
            return [];
        var counts = await db.Scopes
            .Where(s => parents.Contains(s.ParentId) && tokens.Contains(s.GroupToken))
            .GroupBy(s => new { s.ParentId, s.GroupToken })
            .Select(g => new
            {
                g.Key.ParentId,
                g.Key.GroupToken,
                HeldBack = g.Count(s => s.EndedAt == null && s.CurrentState == nameof(ScopeStateMachine.Pending)),
                Open = g.Count(s => s.EndedAt == null && s.CurrentState != nameof(ScopeStateMachine.Pending)),
                Closed = g.Count(s => s.EndedAt != null),
            })
            .ToListAsync(cancellationToken);
        var slices = await db.HeldBack
            .Where(s => tokens.Contains(s.GroupToken))
            .GroupBy(s => s.GroupToken)
            .Select(g => new { g.Key, Count = g.Sum(s => s.Count) })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        return counts.ToDictionary(c => (c.ParentId, c.GroupToken), c => new Tally(c.HeldBack + slices.GetValueOrDefault(c.GroupToken), c.Open, c.Closed));
    }
}
