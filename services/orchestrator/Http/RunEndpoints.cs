using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Explaining;
using Flow.Orchestrator.Journals;
using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Http;

/// <summary><c>/v1/runs</c>: starting. Reading is in <see cref="RunQueries"/>, steering in <see cref="SteeringEndpoints"/>.</summary>
internal static class RunEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/v1/runs").WithTags("Runs").AddEndpointFilter<TooLargeFilter>();
        runs.MapPost("/", StartAsync).WithName("StartRun").Produces<RunSummary>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(503);
        runs.MapPost("/{runId:guid}/rerun", RerunAsync).WithName("RerunRun").Produces<RunSummary>(202).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);
        runs.MapGet("/", RunQueries.ListAsync).WithName("ListRuns").Produces<Page<RunSummary>>();
        runs.MapGet("/count", RunQueries.CountAsync).WithName("CountRuns").Produces<RunCount>().ProducesProblem(400);
        runs.MapGet("/{runId:guid}", RunQueries.ShowAsync).WithName("ShowRun").Produces<RunDetails>().ProducesProblem(404);
        runs.MapGet("/{runId:guid}/wait", RunQueries.WaitAsync).WithName("WaitForRun").Produces<RunDetails>().ProducesProblem(404);
        runs.MapGet("/{runId:guid}/why", WhyAsync).WithName("ExplainRun").Produces<RunExplanation>().ProducesProblem(404);
        runs.MapGet("/{runId:guid}/history", RunQueries.HistoryAsync).WithName("ShowHistory").Produces<Page<HistoryEntry>>().ProducesProblem(404);
        runs.MapGet("/{runId:guid}/journal", JournalAsync).WithName("ShowJournal").Produces<RunJournalPage>().ProducesProblem(404);
    }

    private static Task<IResult> StartAsync(StartRunRequest body, HttpRequest http, RunStarts starts, CancellationToken cancellationToken) =>
        starts.StartAsync(Request(body, IdempotencyKey(http)), cancellationToken);

    private static async Task<IResult> RerunAsync(Guid runId, HttpRequest http, OrchestratorDbContext db, RunStarts starts, CancellationToken cancellationToken)
    {
        if (await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.CorrelationId == runId, cancellationToken) is not { } run)
            return Problems.UnknownRun(runId);
        if (run.EndedAt is null)
            return Problems.Of(409, "not-ended", "The run has not ended", $"Run {runId} is {run.CurrentState}. Cancel it first, or start a run of your own.");
        return await starts.StartAsync(Request(run, IdempotencyKey(http)), cancellationToken);
    }

    private static async Task<IResult> WhyAsync(Guid runId, Explainer explainer, CancellationToken cancellationToken) =>
        await explainer.ExplainAsync(runId, cancellationToken) is { } explanation ? Results.Ok(explanation) : Problems.UnknownRun(runId);

    private static async Task<IResult> JournalAsync(Guid runId, OrchestratorDbContext db, CancellationToken cancellationToken, long after = 0, int take = JournalLimits.MaxPage) =>
        await db.Runs.AnyAsync(r => r.CorrelationId == runId, cancellationToken)
            ? Results.Ok(await RunJournal.ReadAsync(db, new ReadRunJournal(runId, after, take), cancellationToken))
            : Problems.UnknownRun(runId);

    private static string? IdempotencyKey(HttpRequest http) => http.Headers["Idempotency-Key"].FirstOrDefault();

    /// <summary>The same once more: workflow, version, input and labels of a run that has ended, linked to it.</summary>
    private static StartRun Request(Run run, string? idempotencyKey) => new()
    {
        Workflow = run.Workflow,
        Version = run.WorkflowVersion,
        Input = JsonElement.Parse(run.Input),
        Name = run.Name,
        IdempotencyKey = idempotencyKey,
        Priority = run.Priority,
        Queue = run.Queue,
        Tags = JsonSerializer.Deserialize<Dictionary<string, string>>(run.Tags) ?? [],
        Source = new RunSource(run.CorrelationId),
        TimeoutSeconds = run.TimeoutSeconds,
        Trigger = Trigger.Manual,
    };

    private static StartRun Request(StartRunRequest body, string? idempotencyKey) => new()
    {
        RunId = body.RunId,
        Workflow = body.Workflow,
        Version = body.Version,
        Input = body.Input ?? JsonElement.Parse("{}"),
        Name = body.Name,
        IdempotencyKey = idempotencyKey,
        Priority = body.Priority,
        Queue = body.Queue,
        Tags = body.Tags ?? new Dictionary<string, string>(),
        NotBefore = body.NotBefore,
        TimeoutSeconds = body.TimeoutSeconds,
        Trigger = Trigger.Manual,
    };
}
