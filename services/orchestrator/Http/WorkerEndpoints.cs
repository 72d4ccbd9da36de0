using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Records;
using MassTransit;

namespace Flow.Orchestrator.Http;

/// <summary><c>/v1/workers</c>: the workers that this orchestrator hears, and what an operator does to one.</summary>
internal static class WorkerEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var workers = app.MapGroup("/v1/workers").WithTags("Workers");
        workers.MapGet("/", (WorkersHeard heard) => Results.Ok(new Page<WorkerDetails>(heard.List(), null))).WithName("ListWorkers").Produces<Page<WorkerDetails>>();
        workers.MapGet("/{workerId}", Show).WithName("ShowWorker").Produces<WorkerDetails>().ProducesProblem(404);
        workers.MapPost("/{workerId}/drain", DrainAsync).WithName("DrainWorker").Produces<WorkerDetails>(202).ProducesProblem(404).ProducesProblem(409);
    }

    private static IResult Show(string workerId, WorkersHeard heard) => heard.Show(workerId) is { } worker ? Results.Ok(worker) : Unknown(workerId);

    private static async Task<IResult> DrainAsync(string workerId, WorkersHeard heard, IBus bus, CancellationToken cancellationToken, DrainWorkerRequest? body = null)
    {
        if (heard.Show(workerId) is not { } worker)
            return Unknown(workerId);
        if (worker.State is WorkerState.Dead or WorkerState.Stopped)
        {
            return Problems.Of(
                409,
                "worker-not-alive",
                "The worker does not live",
                $"Worker '{workerId}' is {worker.State}: it was last heard of at {worker.HeardAt:u}. There is nothing to drain; what it had goes to other workers.");
        }

        await bus.Publish(new DrainWorker(workerId, body?.Exit ?? false), cancellationToken);
        return Results.Accepted($"/v1/workers/{Uri.EscapeDataString(workerId)}", worker);
    }

    private static IResult Unknown(string workerId) => Problems.Of(
        404,
        "unknown-worker",
        "Unknown worker",
        $"No worker '{workerId}' was heard of in the last {WorkersHeard.Memory.TotalMinutes} minutes. List them with GET /v1/workers; one that has just started, and any after a restart of the orchestrator, is known after its next heartbeat.");
}
