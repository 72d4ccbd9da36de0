using Flow.Contracts.Api;
using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Http;

/// <summary>Which runs are meant, by the query of an address; the list and the count agree because both ask this.</summary>
internal sealed record RunSelection(string? Workflow, string? Status, string? Name, DateTimeOffset? StartedAfter, DateTimeOffset? StartedBefore)
{
    /// <summary>The runs; null with the problem, where the selection is not sound.</summary>
    public IQueryable<Run>? From(OrchestratorDbContext db, out IResult? problem)
    {
        problem = null;
        var runs = db.Runs.AsNoTracking();
        if (Workflow is not null)
            runs = runs.Where(r => r.Workflow == Workflow);
        if (Name is not null)
            runs = runs.Where(r => r.Name == Name);
        if (StartedAfter is { } after)
            runs = runs.Where(r => r.StartedAt >= after.ToUniversalTime());
        if (StartedBefore is { } before)
            runs = runs.Where(r => r.StartedAt < before.ToUniversalTime());
        if (Status is null)
            return runs;
        if (!Enum.TryParse<RunStatus>(Status, ignoreCase: true, out var wanted) || !Enum.IsDefined(wanted))
        {
            problem = Problems.Invalid($"status '{Status}' is not one of {string.Join(", ", Enum.GetNames<RunStatus>())}.");
            return null;
        }

        var state = wanted.ToString();
        return runs.Where(r => r.CurrentState == state);
    }
}
