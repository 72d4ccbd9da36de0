using System.Text.Json;
using System.Text.Json.Serialization;
using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Flow.Monitor.Queries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Flow.Monitor.Api;

/// <summary>What the pages show, as JSON for tools.</summary>
internal static class MonitorApi
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static void MapMonitorApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/v1/monitor").WithTags("monitor");
        api.MapGet("/runs", RunsAsync);
        api.MapGet("/workers", async (WorkerQueries workers, CancellationToken cancellationToken) =>
            TypedResults.Json(new Page<WorkerView>(await workers.ListAsync(cancellationToken), null), Json));
        api.MapGet("/rejections", async (TroubleQueries trouble, CancellationToken cancellationToken) =>
            TypedResults.Json(new Page<RejectionRow>((await trouble.RejectionsAsync(cancellationToken)).Rows, null), Json));
    }

    /// <summary>The filter of the page's address; <c>next</c> is the number of the next page.</summary>
    private static async Task<JsonHttpResult<Page<RunSummary>>> RunsAsync(HttpRequest request, RunQueries runs, CancellationToken cancellationToken)
    {
        var list = await runs.ListAsync(RunFilter.From(request.Query), cancellationToken);
        return TypedResults.Json(
            new Page<RunSummary>([.. list.Runs.Select(Summary)], list.Filter.Page < list.Pages ? (list.Filter.Page + 1).ToString() : null),
            Json);
    }

    private static RunSummary Summary(RunRow run) => new()
    {
        RunId = run.RunId,
        Workflow = run.Workflow,
        Version = run.Version ?? 0,
        Status = run.Status,
        Name = run.Name,
        StartedAt = run.StartedAt,
        EndedAt = run.EndedAt,
        Error = run.Error,
        Node = run.ErrorNode ?? run.Node,
    };
}
