using Flow.Monitor.Queries;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Flow.Monitor.Pages;

internal static class PageEndpoints
{
    public static void MapPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").AddEndpointFilter(SecurityHeaders.AddAsync).ExcludeFromDescription();
        pages.MapGet("/", RunsAsync);
        pages.MapGet("/runs/{id}", RunAsync);
        pages.MapGet("/workers", async (PageFrames frames, WorkerQueries workers, CancellationToken cancellationToken) =>
            Page<WorkersPage>(new { Frame = await frames.ReadAsync(cancellationToken), Workers = await workers.ListAsync(cancellationToken) }));
        DeadLetterPages.Map(pages);
        pages.MapGet("/rejections", async (PageFrames frames, TroubleQueries trouble, CancellationToken cancellationToken) =>
        {
            var (rejections, total) = await trouble.RejectionsAsync(cancellationToken);
            return Page<RejectionsPage>(new { Frame = await frames.ReadAsync(cancellationToken), Rejections = rejections, Total = total });
        });
        PageAssets.Map(pages);
    }

    private static async Task<IResult> RunsAsync(HttpRequest request, PageFrames frames, RunQueries runs, WorkerQueries workers, CancellationToken cancellationToken) =>
        Page<RunsPage>(new
        {
            Frame = await frames.ReadAsync(cancellationToken),
            List = await runs.ListAsync(RunFilter.From(request.Query), cancellationToken),
            Workers = await workers.ListAsync(cancellationToken),
        });

    private static async Task<IResult> RunAsync(string id, PageFrames frames, RunQueries runs, IOptions<MonitorOptions> options, CancellationToken cancellationToken)
    {
        var frame = await frames.ReadAsync(cancellationToken);
        return Guid.TryParse(id, out var runId) && await runs.FindAsync(runId, cancellationToken) is { } view
            ? Page<RunPage>(new { Frame = frame, View = view })
            : Page<NotFoundPage>(new { Frame = frame, Id = id, options.Value.RetentionDays }, StatusCodes.Status404NotFound);
    }

    public static RazorComponentResult<TPage> Page<TPage>(object parameters, int statusCode = StatusCodes.Status200OK)
        where TPage : Microsoft.AspNetCore.Components.IComponent =>
        new(parameters) { StatusCode = statusCode, PreventStreamingRendering = true };
}
