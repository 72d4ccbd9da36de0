using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Intake;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Flow.Orchestrator.Http;

/// <summary><c>/v1/runs</c>: starting and steering. Reading is in <see cref="RunQueries"/>.</summary>
internal static class RunEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/v1/runs").WithTags("Runs");
        runs.MapPost("/", StartAsync).WithName("StartRun").Produces<RunSummary>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(503);
        runs.MapPost("/{runId:guid}/cancel", CancelAsync).WithName("CancelRun").Produces<RunSummary>(202).ProducesProblem(404);
        runs.MapGet("/", RunQueries.ListAsync).WithName("ListRuns").Produces<Page<RunSummary>>();
        runs.MapGet("/{runId:guid}", RunQueries.ShowAsync).WithName("ShowRun").Produces<RunDetails>().ProducesProblem(404);
        runs.MapGet("/{runId:guid}/wait", RunQueries.WaitAsync).WithName("WaitForRun").Produces<RunDetails>().ProducesProblem(404);
        runs.MapGet("/{runId:guid}/history", RunQueries.HistoryAsync).WithName("ShowHistory").Produces<Page<HistoryEntry>>().ProducesProblem(404);
    }

    /// <summary>A start over HTTP is the same message as any other start; the answer waits until the run exists.</summary>
    private static async Task<IResult> StartAsync(
        StartRunRequest body,
        HttpRequest http,
        StartRequests requests,
        OrchestratorDbContext db,
        IRequestClient<BeginRun> client,
        IOptions<OrchestratorOptions> options,
        CancellationToken cancellationToken)
    {
        var verdict = await requests.LookAtAsync(Request(body, http.Headers["Idempotency-Key"].FirstOrDefault()), Guid.CreateVersion7(), cancellationToken);
        if (verdict.Begin is not { } begin)
            return Refused(verdict.Rejected!);
        try
        {
            var answer = await client.GetResponse<RunBegun, RunRejected>(begin, cancellationToken, RequestTimeout.After(s: options.Value.StartTimeoutSeconds));
            if (answer.Is(out Response<RunRejected>? rejected))
                return Refused(rejected!.Message);
        }
        catch (Exception exception) when (exception is RequestTimeoutException or RequestCanceledException or ConnectionException && !cancellationToken.IsCancellationRequested)
        {
            return Problems.Of(
                503,
                "not-confirmed",
                "Start not confirmed",
                $"The broker did not confirm the start within {options.Value.StartTimeoutSeconds} seconds. Run {begin.RunId} may still start: look at GET /v1/runs/{begin.RunId}, or repeat with the same runId or Idempotency-Key.");
        }

        var run = await db.Runs.AsNoTracking().SingleAsync(r => r.CorrelationId == begin.RunId, cancellationToken);
        return Results.Accepted($"/v1/runs/{run.CorrelationId}", RunQueries.Summary(run));
    }

    private static async Task<IResult> CancelAsync(
        Guid runId,
        OrchestratorDbContext db,
        ISendEndpointProvider send,
        CancellationToken cancellationToken,
        CancelRequest? body = null)
    {
        if (!await db.Runs.AnyAsync(r => r.CorrelationId == runId, cancellationToken))
            return Problems.UnknownRun(runId);
        var endpoint = await send.GetSendEndpoint(Endpoints.For(runId, runId));
        await endpoint.Send(new CancelRun(runId, body?.Reason, "http"), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        var run = await RunQueries.UntilAsync(db, runId, r => r.EndedAt != null, TimeSpan.FromSeconds(5), cancellationToken);
        return Results.Accepted($"/v1/runs/{runId}", RunQueries.Summary(run!));
    }

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

    private static IResult Refused(RunRejected rejected) => rejected.Reason switch
    {
        "unknown-workflow" or "unknown-version" => Problems.Of(404, rejected.Reason, "Unknown workflow", rejected.Message),
        "idempotency-conflict" => Problems.Of(409, rejected.Reason, "Another start used this identity", rejected.Message),
        "payload-too-large" => Problems.Of(413, rejected.Reason, "Payload too large", rejected.Message),
        _ => Problems.Of(400, rejected.Reason, "Invalid request", rejected.Message),
    };
}
