using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Microsoft.Extensions.Caching.Memory;

namespace Flow.Orchestrator.Runs;

/// <summary>What never changes in a run and every scope of it needs.</summary>
internal sealed record RunFacts(Execution Execution, string Queue, Priority Priority)
{
    public static RunFacts Of(Run run, int maxPayloadBytes) => new(
        new Execution(
            run.CorrelationId,
            run.Name ?? run.CorrelationId.ToString(),
            run.Workflow,
            run.WorkflowVersion,
            JsonElement.Parse(run.Input),
            run.StartedAt,
            RedriveCount: run.Redrives,
            RedrivenAt: run.RedrivenAt,
            MaxPayloadBytes: maxPayloadBytes),
        run.Queue,
        run.Priority);
}

/// <summary>
/// The facts of the runs whose branches and iterations lately moved, so that their transitions do not read the run's row. They come from committed rows only: what a transaction
/// that is rolled back thought of a run must not outlive it.
/// </summary>
internal sealed class RunFactsCache : IDisposable
{
    /// <summary>Characters of input kept at the most, over all runs.</summary>
    private const long SizeLimit = 32 * 1024 * 1024;

    /// <summary>What a run costs beside its input.</summary>
    private const int FixedSize = 512;

    private readonly MemoryCache _facts = new(new MemoryCacheOptions { SizeLimit = SizeLimit });

    public async ValueTask<RunFacts> GetAsync(IRunTransaction transaction, ScopeState state)
    {
        if (state is Run itself)
            return RunFacts.Of(itself, transaction.Limits.MaxPayloadBytes);
        var key = (state.RunId, state.Redrives);
        if (_facts.TryGetValue(key, out RunFacts? known))
            return known!;
        var run = await transaction.RunAsync(state.RunId);
        var facts = RunFacts.Of(run, transaction.Limits.MaxPayloadBytes);
        _facts.Set(key, facts, new MemoryCacheEntryOptions { Size = FixedSize + run.Input.Length });
        return facts;
    }

    public void Dispose() => _facts.Dispose();
}
