using Flow.Contracts;
using Flow.Monitor.Data;
using Flow.Monitor.DeadLetters;
using Microsoft.EntityFrameworkCore;

namespace Flow.Monitor.Projections;

/// <summary>Writes the projections of a group of events in one transaction, one writer at a time.</summary>
internal sealed class ProjectionStore(MonitorDbContext db, TimeProvider time)
{
    public async Task<ProjectionState> ApplyAsync(IReadOnlyCollection<object> messages, CancellationToken cancellationToken)
    {
        await using var transaction = await db.BeginWriteAsync(cancellationToken);

        var state = await LoadAsync(messages, cancellationToken);
        var now = time.GetUtcNow();
        foreach (var message in messages)
            Projector.Apply(state, message, now);

        db.AddRange(state.Added);
        await db.SaveChangesAsync(cancellationToken);
        await ReplayNews.ApplyAsync(db, state, messages, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return state;
    }

    private async Task<ProjectionState> LoadAsync(IReadOnlyCollection<object> messages, CancellationToken cancellationToken)
    {
        var state = new ProjectionState();
        var advanced = messages.OfType<RunAdvanced>().ToArray();
        var runIds = messages.OfType<RunEvent>().Select(e => e.RunId).Concat(advanced.Select(e => e.RunId)).Concat(messages.OfType<NodeDeadLettered>().Select(e => e.RunId)).Distinct().ToArray();
        foreach (var run in await WhereAnyAsync(runIds, ids => db.Runs.Where(r => ids.Contains(r.RunId)), cancellationToken))
            state.Runs[run.RunId] = run;

        var factRuns = messages.OfType<RunEvent>().Select(e => e.RunId).Distinct().ToArray();
        foreach (var fact in await WhereAnyAsync(factRuns, ids => db.Facts.AsNoTracking().Where(f => ids.Contains(f.RunId)), cancellationToken))
            state.Facts.Add((fact.RunId, fact.Kind, fact.At));

        await LoadTransitionsAsync(state, advanced, cancellationToken);

        var tokens = advanced.SelectMany(e => e.Events).Select(e => e.Token).OfType<Guid>().Concat(messages.OfType<NodeStarted>().Select(e => e.Token)).Distinct().ToArray();
        foreach (var attempt in await WhereAnyAsync(tokens, ids => db.Attempts.Where(a => ids.Contains(a.Token)), cancellationToken))
            state.Attempts[attempt.Token] = attempt;

        var workers = messages.OfType<WorkerHeartbeat>().Select(e => e.WorkerId).Distinct().ToArray();
        foreach (var worker in await WhereAnyAsync(workers, ids => db.Workers.Where(w => ids.Contains(w.WorkerId)), cancellationToken))
            state.Workers[worker.WorkerId] = worker;

        var rejections = messages.OfType<RunRejected>().Select(RejectionProjection.IdOf).Distinct().ToArray();
        state.Rejections.UnionWith(await WhereAnyAsync(rejections, ids => db.Rejections.Select(r => r.Id).Where(id => ids.Contains(id)), cancellationToken));

        Guid?[] letters = [.. messages.OfType<NodeDeadLettered>().Select(e => (Guid?)e.Token).Distinct()];
        foreach (var letter in await WhereAnyAsync(letters, ids => db.DeadLetters.Where(d => ids.Contains(d.Token)), cancellationToken))
            state.DeadLetters.TryAdd(letter.Token!.Value, letter);

        var labels = messages.Select(LabelOf).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        foreach (var counter in await WhereAnyAsync(labels, names => db.Counters.Where(c => names.Contains(c.Workflow)), cancellationToken))
            state.Counters[(counter.Name, counter.Workflow, counter.Node)] = counter;
        return state;
    }

    private async Task LoadTransitionsAsync(ProjectionState state, RunAdvanced[] advanced, CancellationToken cancellationToken)
    {
        var scopes = advanced.Select(e => e.ScopeId).Distinct().ToArray();
        var sequences = advanced.Select(e => e.Sequence).Distinct().ToArray();
        var known = await WhereAnyAsync(
            scopes,
            ids => db.Transitions.Where(t => ids.Contains(t.ScopeId) && sequences.Contains(t.Sequence)).Select(t => new { t.ScopeId, t.Sequence }),
            cancellationToken);
        foreach (var transition in known)
            state.Transitions.Add((transition.ScopeId, transition.Sequence));
    }

    private static async Task<List<TRow>> WhereAnyAsync<TKey, TRow>(TKey[] keys, Func<TKey[], IQueryable<TRow>> query, CancellationToken cancellationToken) =>
        keys.Length == 0 ? [] : await query(keys).ToListAsync(cancellationToken);

    private static string? LabelOf(object message) => message switch
    {
        RunAdvanced advanced => advanced.Workflow,
        RunEvent run => run.Workflow,
        RunRejected rejected => rejected.Reason,
        _ => null,
    };
}
