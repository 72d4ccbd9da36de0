using Flow.Contracts;
using Flow.Contracts.Api;

namespace Flow.Orchestrator.Http;

/// <summary><c>/v1/work-items</c>: for whoever holds the token of an attempt, a person or a system without access to the broker.</summary>
internal static class WorkItemEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var items = app.MapGroup("/v1/work-items").WithTags("Work items").AddEndpointFilter<TooLargeFilter>();
        items.MapPost("/{taskToken}/complete", CompleteAsync).WithName("CompleteWorkItem").Produces<RunSummary>(202).ProducesProblem(400).ProducesProblem(409).ProducesProblem(413);
        items.MapPost("/{taskToken}/fail", FailAsync).WithName("FailWorkItem").Produces<RunSummary>(202).ProducesProblem(400).ProducesProblem(409);
        items.MapPost("/{taskToken}/heartbeat", HeartbeatAsync).WithName("HeartbeatWorkItem").Produces<RunSummary>(202).ProducesProblem(400).ProducesProblem(409);
    }

    private static Task<IResult> CompleteAsync(string taskToken, CompleteWorkItemRequest body, TokenAnswers answers, CancellationToken cancellationToken)
    {
        if (JournalLimits.FaultOf(body.Journal) is { } fault)
            return Task.FromResult(Problems.Of(400, "invalid-journal", "Invalid journal", fault));
        return answers.Fault(body.Output) is { } tooLarge
            ? Task.FromResult(Problems.TooLarge(tooLarge))
            : answers.SendAsync(taskToken, token => answers.Result(token, body.Output, body.Journal), cancellationToken);
    }

    private static Task<IResult> FailAsync(string taskToken, FailWorkItemRequest body, TokenAnswers answers, CancellationToken cancellationToken) => answers.SendAsync(
        taskToken,
        token => new NodeFailed { RunId = token.RunId, ScopeId = token.ScopeId, Token = token.Token, Error = body.Error, Cause = body.Cause },
        cancellationToken);

    private static Task<IResult> HeartbeatAsync(string taskToken, TokenAnswers answers, CancellationToken cancellationToken, HeartbeatWorkItemRequest? body = null) => answers.SendAsync(
        taskToken,
        token => new NodeHeartbeat { RunId = token.RunId, ScopeId = token.ScopeId, Token = token.Token, Progress = body?.Progress },
        cancellationToken);
}
