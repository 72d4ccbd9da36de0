using Flow.Contracts.Api;
using Flow.Orchestrator.Records;
using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Http;

/// <summary>What happened inside a run: its failed attempts, its work items, the outputs of its nodes.</summary>
internal static class RecordEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var run = app.MapGroup("/v1/runs/{runId:guid}").WithTags("Runs");
        run.MapGet("/errors", RunRecords.ErrorsAsync).WithName("ListErrors").Produces<Page<FailedAttempt>>().ProducesProblem(404);
        run.MapGet("/work-items", WorkItemsAsync).WithName("ListWorkItems").Produces<Page<RunWorkItem>>().ProducesProblem(400).ProducesProblem(404);
        run.MapGet("/nodes/{node}/output", RunRecords.OutputAsync).WithName("ShowNodeOutput").Produces<NodeOutput>().ProducesProblem(404);
    }

    private static async Task<IResult> WorkItemsAsync(
        Guid runId, OrchestratorDbContext db, WorkItemList list, CancellationToken cancellationToken, string? status = null, int limit = 200, string? cursor = null)
    {
        WorkItemStatus? wanted = null;
        if (status is not null)
        {
            if (!Enum.TryParse<WorkItemStatus>(status, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed))
                return Problems.Invalid($"status '{status}' is not one of {string.Join(", ", Enum.GetNames<WorkItemStatus>())}.");
            wanted = parsed;
        }

        if (WorkItemCursor.Parse(cursor) is not { } start)
            return Problems.Invalid($"cursor '{cursor}' is not one that a list of work items gave.");
        return await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.CorrelationId == runId, cancellationToken) is { } run
            ? Results.Ok(await list.ReadAsync(run, wanted, start, Math.Clamp(limit, 1, RunQueries.MaxPage), cancellationToken))
            : Problems.UnknownRun(runId);
    }
}
