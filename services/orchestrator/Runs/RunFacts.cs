using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace Flow.Orchestrator.Runs;

/// <summary>What never changes in a run and every scope of it needs.</summary>
internal sealed record RunFacts(Execution Execution, string Queue, Priority Priority)
{
    public static RunFacts Of(Run run) => new(
        new Execution(
            run.CorrelationId,
            run.Name ?? run.CorrelationId.ToString(),
            run.Workflow,
            run.WorkflowVersion,
            JsonElement.Parse(run.Input),
            run.StartedAt),
        run.Queue,
        run.Priority);
}

/// <summary>The facts of the runs lately touched, so that a scope's transition does not read its run's row.</summary>
internal sealed class RunFactsCache(int sizeLimit = 20_000) : IDisposable
{
    private readonly MemoryCache _facts = new(new MemoryCacheOptions { SizeLimit = sizeLimit });

    public async ValueTask<RunFacts> GetAsync(OrchestratorDbContext db, ScopeState state, CancellationToken cancellationToken)
    {
        if (_facts.TryGetValue(state.RunId, out RunFacts? known))
            return known!;
        var run = state as Run ?? await db.Runs.AsNoTracking().SingleAsync(r => r.CorrelationId == state.RunId, cancellationToken);
        var facts = RunFacts.Of(run);
        _facts.Set(state.RunId, facts, new MemoryCacheEntryOptions { Size = 1 });
        return facts;
    }

    public void Forget(Guid runId) => _facts.Remove(runId);

    public void Dispose() => _facts.Dispose();
}
