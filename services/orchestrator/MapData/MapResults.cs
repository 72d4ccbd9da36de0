using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Flow.StatesLanguage.MapData;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.MapData;

/// <summary>What is known of the iterations of a closed Map. Their rows do not change any more.</summary>
internal sealed class MapResults(IServiceScopeFactory scopes)
{
    private static readonly JsonElement Null = JsonElement.Parse("null");

    public async Task<IReadOnlyList<IterationResult>> OfAsync(Guid runId, Guid scopeId, Guid groupToken, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>();
        var rows = await db.Scopes.AsNoTracking().Where(s => s.ParentId == scopeId && s.GroupToken == groupToken).OrderBy(s => s.Index)
            .Select(s => new RunScope { CorrelationId = s.CorrelationId, CurrentState = s.CurrentState, Output = s.Output, Error = s.Error, Cause = s.Cause, StartedAt = s.StartedAt, EndedAt = s.EndedAt })
            .ToListAsync(cancellationToken);
        // A scope's own row holds its last value; what it began with is the input of the first node it entered.
        var first = (await db.History.AsNoTracking()
                .Where(h => h.RunId == runId && h.Sequence == 1 && db.Scopes.Any(s => s.CorrelationId == h.ScopeId && s.ParentId == scopeId && s.GroupToken == groupToken))
                .OrderBy(h => h.Id)
                .Select(h => new { h.ScopeId, h.Events })
                .ToListAsync(cancellationToken))
            .DistinctBy(h => h.ScopeId)
            .ToDictionary(h => h.ScopeId, h => h.Events);
        return [.. rows.Select(row => Of(row, first.GetValueOrDefault(row.CorrelationId)))];
    }

    private static IterationResult Of(RunScope row, string? firstEvents)
    {
        var events = firstEvents is null ? [] : JsonSerializer.Deserialize<List<HistoryEvent>>(firstEvents, OrchestratorJson.Options)!;
        var isSuccess = row.CurrentState == nameof(ScopeStatus.Succeeded);
        return new(
            row.CorrelationId.ToString(),
            events.Find(e => e.Type.EndsWith("StateEntered", StringComparison.Ordinal))?.Input ?? Null,
            isSuccess && row.Output is not null ? JsonElement.Parse(row.Output) : default,
            row.Error,
            row.Cause,
            isSuccess,
            row.StartedAt,
            row.EndedAt);
    }
}
