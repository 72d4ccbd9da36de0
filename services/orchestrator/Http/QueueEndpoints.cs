using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Polling;
using Flow.Orchestrator.Queues;
using Flow.Orchestrator.Storage;

namespace Flow.Orchestrator.Http;

/// <summary><c>/v1/queues</c>: how the work queues stand, and what operators do to them.</summary>
internal static class QueueEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var queues = app.MapGroup("/v1/queues").WithTags("Queues");
        queues.MapGet("/", ListAsync).WithName("ListQueues").Produces<Page<WorkQueue>>();
        var queue = queues.MapGroup("/{name}").AddEndpointFilter(NameFilterAsync);
        queue.MapGet("/", ShowAsync).WithName("ShowQueue").Produces<WorkQueue>().ProducesProblem(400);
        queue.MapPost("/pause", PauseAsync).WithName("PauseQueue").Produces<WorkQueue>().ProducesProblem(400);
        queue.MapPost("/resume", ResumeAsync).WithName("ResumeQueue").Produces<WorkQueue>().ProducesProblem(400);
        queue.MapDelete("/items", PurgeAsync).WithName("PurgeQueue").Produces<PurgedQueue>().ProducesProblem(400).ProducesProblem(409)
            .WithDescription("Throws away the items that wait in the queue; the attempt of each fails as Flow.Purged. The query parameter confirm has to repeat the name of the queue.");
        queue.MapDelete("/", DeleteAsync).WithName("DeleteQueue").Produces<DeletedQueue>().ProducesProblem(400).ProducesProblem(409)
            .WithDescription("Deletes the queue from the broker, in all its lanes. One that holds items or is served is refused, unless force=true: then it is paused and purged first, so that the attempt of each item fails as Flow.Purged.");
    }

    private static async ValueTask<object?> NameFilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        QueueNames.WorkQueueNameFault(context.HttpContext.GetRouteValue("name") as string) is { } fault ? Problems.Invalid(fault) : await next(context);

    private static async Task<IResult> ListAsync(QueueList list, CancellationToken cancellationToken) =>
        Results.Ok(new Page<WorkQueue>(await list.ReadAsync(cancellationToken), null));

    private static async Task<IResult> ShowAsync(string name, QueueList list, CancellationToken cancellationToken) => Results.Ok(await list.ReadAsync(name, cancellationToken));

    private static async Task<IResult> PauseAsync(string name, QueueSteering steering, QueueList list, CancellationToken cancellationToken, PauseQueueRequest? body = null)
    {
        if (body?.Reason?.Length > PausedQueue.MaxReasonLength)
            return Problems.Invalid($"reason has {body.Reason.Length} characters; at most {PausedQueue.MaxReasonLength} are taken.");
        await steering.PauseAsync(name, body?.Reason, cancellationToken);
        return Results.Ok(await list.ReadAsync(name, cancellationToken));
    }

    private static async Task<IResult> ResumeAsync(string name, QueueSteering steering, QueueList list, CancellationToken cancellationToken)
    {
        await steering.ResumeAsync(name, cancellationToken);
        return Results.Ok(await list.ReadAsync(name, cancellationToken));
    }

    private static async Task<IResult> DeleteAsync(string name, QueueDeletion deletion, CancellationToken cancellationToken, bool force = false)
    {
        try
        {
            return Results.Ok(await deletion.RunAsync(name, force, cancellationToken));
        }
        catch (QueueInUseException exception)
        {
            return Problems.Of(409, "queue-in-use", "The queue is in use", exception.Message);
        }
        catch (NotSupportedException exception)
        {
            return Problems.Of(409, "queue-not-deletable", "The queue cannot be deleted", exception.Message);
        }
    }

    private static async Task<IResult> PurgeAsync(string name, QueuePurge purge, QueueList list, WorkItemPolls polls, CancellationToken cancellationToken, string? confirm = null)
    {
        if (confirm == name && polls.Open.Contains(name, StringComparer.Ordinal))
            return Problems.Of(409, "queue-polled", "The queue is polled", $"Somebody polls the queue '{name}'. Pause it (POST /v1/queues/{name}/pause), which ends the polls within a second, and repeat this.");
        if (confirm == name)
        {
            var purged = await purge.RunAsync(name, cancellationToken);
            return Results.Ok(new PurgedQueue(name, purged.Tokens.Count, purged.IsComplete));
        }

        var items = (await list.ReadAsync(name, cancellationToken)).Depth is { } depth ? $"{depth} item{(depth == 1 ? "" : "s")}" : "all items";
        return Problems.Of(400, "confirmation-missing", "Purge not confirmed", $"It would throw away {items} of the queue '{name}', and fail the attempt of each as Flow.Purged. To do so repeat it with ?confirm={name}.");
    }
}
