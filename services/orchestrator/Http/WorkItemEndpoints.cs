using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Polling;
using Flow.StatesLanguage;

namespace Flow.Orchestrator.Http;

/// <summary><c>/v1/work-items</c>: for whoever holds the token of an attempt, a person or a system without access to the broker.</summary>
internal static class WorkItemEndpoints
{
    private const int MaxPolledItems = 100;
    private const int MaxWaitSeconds = 60;
    private const int MaxHandlers = 100;
    private const int MaxWorkerIdLength = 200;

    public static void Map(IEndpointRouteBuilder app)
    {
        var items = app.MapGroup("/v1/work-items").WithTags("Work items").AddEndpointFilter<TooLargeFilter>();
        items.MapPost("/{taskToken}/complete", CompleteAsync).WithName("CompleteWorkItem").Produces<RunSummary>(202).ProducesProblem(400).ProducesProblem(409).ProducesProblem(413);
        items.MapPost("/{taskToken}/fail", FailAsync).WithName("FailWorkItem").Produces<RunSummary>(202).ProducesProblem(400).ProducesProblem(409);
        items.MapPost("/{taskToken}/heartbeat", HeartbeatAsync).WithName("HeartbeatWorkItem").Produces<RunSummary>(202).ProducesProblem(400).ProducesProblem(409);
        items.MapPost("/{taskToken}/release", ReleaseAsync).WithName("ReleaseWorkItem").Produces<RunSummary>(202).ProducesProblem(400).ProducesProblem(409);
        items.MapPost("/poll", PollAsync).WithName("PollWorkItems").Produces<PolledWorkItems>().ProducesProblem(400)
            .WithDescription("Waits for items of a work queue and hands them out, each under a lease, to a worker that has no access to the broker. What does not reach the worker goes out again when its lease has run out.");
    }

    private static Task<IResult> CompleteAsync(string taskToken, CompleteWorkItemRequest body, TokenAnswers answers, CancellationToken cancellationToken)
    {
        if (JournalLimits.FaultOf(body.Journal) is { } fault)
            return Task.FromResult(Problems.Of(400, "invalid-journal", "Invalid journal", fault));
        return answers.Fault(body.Output) is { } tooLarge
            ? Task.FromResult(Problems.TooLarge(tooLarge))
            : answers.SendAsync(taskToken, token => [answers.Result(token, body.Output, body.Journal)], cancellationToken);
    }

    private static Task<IResult> FailAsync(string taskToken, FailWorkItemRequest body, TokenAnswers answers, CancellationToken cancellationToken) => answers.SendAsync(
        taskToken,
        token => [new NodeFailed { RunId = token.RunId, ScopeId = token.ScopeId, Token = token.Token, Error = body.Error, Cause = body.Cause }],
        cancellationToken);

    private static Task<IResult> HeartbeatAsync(string taskToken, TokenAnswers answers, CancellationToken cancellationToken, HeartbeatWorkItemRequest? body = null) =>
        body?.LeaseSeconds is < 1 or > NodeLeased.MaxLeaseSeconds
            ? Task.FromResult(OutOfRange("leaseSeconds", body.LeaseSeconds.Value, NodeLeased.MaxLeaseSeconds))
            : answers.SendAsync(taskToken, token => Signs(token, body), cancellationToken);

    private static IReadOnlyList<object> Signs(TaskToken token, HeartbeatWorkItemRequest? body)
    {
        var heartbeat = new NodeHeartbeat { RunId = token.RunId, ScopeId = token.ScopeId, Token = token.Token, Progress = body?.Progress };
        return body?.LeaseSeconds is { } seconds
            ? [heartbeat, new NodeLeased { RunId = token.RunId, ScopeId = token.ScopeId, Token = token.Token, LeaseSeconds = seconds, WorkerId = body.WorkerId }]
            : [heartbeat];
    }

    private static Task<IResult> ReleaseAsync(string taskToken, TokenAnswers answers, CancellationToken cancellationToken, ReleaseWorkItemRequest? body = null) => answers.SendAsync(
        taskToken,
        token => [new NodeReleased { RunId = token.RunId, ScopeId = token.ScopeId, Token = token.Token, IsHeld = body?.IsHeld ?? false }],
        cancellationToken);

    private static async Task<IResult> PollAsync(PollWorkItemsRequest body, WorkItemPolls polls, CancellationToken aborted)
    {
        var queue = body.Queue ?? QueueNames.DefaultWorkQueue;
        if (FaultOf(body, queue) is { } fault)
            return fault;
        var items = await polls.PollAsync(queue, body, aborted);
        return Results.Ok(new PolledWorkItems([.. items.Select(item => new PolledWorkItem(new TaskToken(item.RunId, item.ScopeId, item.Token).ToString(), item))]));
    }

    private static IResult? FaultOf(PollWorkItemsRequest body, string queue)
    {
        if (QueueNames.WorkQueueNameFault(queue) is { } fault)
            return Problems.Invalid(fault);
        if (body.WorkerId is not { Length: > 0 and <= MaxWorkerIdLength })
            return Problems.Invalid($"workerId has {body.WorkerId?.Length ?? 0} characters: give a name of 1 to {MaxWorkerIdLength}.");
        if (body.Handlers is { Count: > MaxHandlers } handlers)
            return Problems.Invalid($"{handlers.Count} handlers are named: name at most {MaxHandlers}, or none for whatever is on the queue.");
        if (body.MaxItems is < 1 or > MaxPolledItems)
            return OutOfRange("maxItems", body.MaxItems, MaxPolledItems);
        if (body.WaitSeconds is < 1 or > MaxWaitSeconds)
            return OutOfRange("waitSeconds", body.WaitSeconds, MaxWaitSeconds);
        return body.LeaseSeconds is < 1 or > NodeLeased.MaxLeaseSeconds ? OutOfRange("leaseSeconds", body.LeaseSeconds, NodeLeased.MaxLeaseSeconds) : null;
    }

    private static IResult OutOfRange(string name, int value, int most) => Problems.Invalid($"{name} is {value}: give 1 to {most}.");
}
