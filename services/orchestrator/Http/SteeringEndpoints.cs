using System.Linq.Expressions;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.Transports.Messages;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Flow.Orchestrator.Http;

/// <summary>What operators do to runs: cancel, pause, resume, redrive. Each is a message to the run; the answer waits a while for what it does.</summary>
internal static class SteeringEndpoints
{
    private const string ByHttp = "http";
    private const string Paused = nameof(RunStateMachine.Paused);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder app)
    {
        var run = app.MapGroup("/v1/runs/{runId:guid}").WithTags("Runs").AddEndpointFilter<TooLargeFilter>();
        run.MapPost("/cancel", CancelAsync).WithName("CancelRun").Produces<RunSummary>(202).ProducesProblem(404);
        run.MapPost("/pause", PauseAsync).WithName("PauseRun").Produces<RunSummary>(202).ProducesProblem(404).ProducesProblem(409);
        run.MapPost("/resume", ResumeAsync).WithName("ResumeRun").Produces<RunSummary>(202).ProducesProblem(404).ProducesProblem(409);
        run.MapPost("/redrive", RedriveAsync).WithName("RedriveRun").Produces<RunSummary>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(503);
    }

    private static async Task<IResult> CancelAsync(Guid runId, OrchestratorDbContext db, ISendEndpointProvider send, CancellationToken cancellationToken, CancelRequest? body = null) =>
        await FindAsync(db, runId, cancellationToken) is null
            ? Problems.UnknownRun(runId)
            : await SendAsync(db, send, runId, new CancelRun(runId, body?.Reason, ByHttp), r => r.EndedAt != null, cancellationToken);

    private static async Task<IResult> PauseAsync(Guid runId, OrchestratorDbContext db, ISendEndpointProvider send, CancellationToken cancellationToken, PauseRequest? body = null) =>
        await FindAsync(db, runId, cancellationToken) switch
        {
            null => Problems.UnknownRun(runId),
            { EndedAt: not null } ended => Problems.Of(409, "already-ended", "The run has ended", $"Run {runId} is {ended.CurrentState}; only an open run can be paused."),
            _ => await SendAsync(db, send, runId, new PauseRun(runId, body?.Reason, ByHttp), r => r.CurrentState == Paused || r.EndedAt != null, cancellationToken),
        };

    private static async Task<IResult> ResumeAsync(Guid runId, OrchestratorDbContext db, ISendEndpointProvider send, CancellationToken cancellationToken) =>
        await FindAsync(db, runId, cancellationToken) switch
        {
            null => Problems.UnknownRun(runId),
            { CurrentState: not Paused } other => Problems.Of(409, "not-paused", "The run is not paused", $"Run {runId} is {other.CurrentState}. A run that did not end well goes on with POST /v1/runs/{runId}/redrive."),
            _ => await SendAsync(db, send, runId, new ResumeRun(runId, ByHttp), r => r.CurrentState != Paused, cancellationToken),
        };

    private static async Task<IResult> RedriveAsync(
        Guid runId,
        OrchestratorDbContext db,
        IRequestClient<RedriveRun> client,
        IOptions<OrchestratorOptions> options,
        PayloadStore payloads,
        CancellationToken cancellationToken,
        RedriveRequest? body = null)
    {
        if (await FindAsync(db, runId, cancellationToken) is null)
            return Problems.UnknownRun(runId);
        if (body?.Input is { } input && payloads.Limits.Fault("input", input) is { } tooLarge)
            return Problems.TooLarge(tooLarge);
        try
        {
            var order = await FitAsync(db, payloads, new RedriveRun(runId, body?.FromNode, body?.Input, body?.Version, ByHttp), cancellationToken);
            var answer = await client.GetResponse<RunRedriven, RunRejected>(order, request => request.NeverExpires(), cancellationToken, RequestTimeout.After(s: options.Value.StartTimeoutSeconds));
            if (answer.Is(out Response<RunRejected>? rejected))
                return Problems.Refused(rejected!.Message);
        }
        catch (Exception exception) when (exception is RequestTimeoutException or RequestCanceledException or ConnectionException && !cancellationToken.IsCancellationRequested)
        {
            return Problems.Of(503, "not-confirmed", "Redrive not confirmed", $"The run did not answer within {options.Value.StartTimeoutSeconds} seconds and may still be redriven: look at GET /v1/runs/{runId} before you repeat it.");
        }

        return Results.Accepted($"/v1/runs/{runId}", RunQueries.Summary((await FindAsync(db, runId, cancellationToken))!));
    }

    /// <summary>An input that is too large for the message is stored.</summary>
    private static async Task<RedriveRun> FitAsync(OrchestratorDbContext db, PayloadStore payloads, RedriveRun order, CancellationToken cancellationToken)
    {
        if (order.Input is not { } input || payloads.Limits.Holds(order, input))
            return order;
        order = order with { Input = null, InputReference = payloads.Add(order.RunId, order.RunId, order.RunId, input) };
        await db.SaveChangesAsync(cancellationToken);
        return order;
    }

    private static Task<Run?> FindAsync(OrchestratorDbContext db, Guid runId, CancellationToken cancellationToken) =>
        db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.CorrelationId == runId, cancellationToken);

    private static async Task<IResult> SendAsync<T>(
        OrchestratorDbContext db, ISendEndpointProvider send, Guid runId, T order, Expression<Func<Run, bool>> done, CancellationToken cancellationToken)
        where T : class
    {
        var endpoint = await send.GetSendEndpoint(Endpoints.For(runId, runId));
        await endpoint.Send(order, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        var run = await RunQueries.UntilAsync(db, runId, done, Patience, cancellationToken);
        return Results.Accepted($"/v1/runs/{runId}", RunQueries.Summary(run!));
    }
}
