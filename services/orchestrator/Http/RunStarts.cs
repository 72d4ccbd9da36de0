using Flow.Contracts;
using Flow.Orchestrator.Intake;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.Transports.Messages;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Flow.Orchestrator.Http;

/// <summary>A start over HTTP is the same message as any other start; the answer waits until the run exists.</summary>
internal sealed class RunStarts(StartRequests requests, OrchestratorDbContext db, IRequestClient<BeginRun> client, IOptions<OrchestratorOptions> options)
{
    public async Task<IResult> StartAsync(StartRun request, CancellationToken cancellationToken)
    {
        var verdict = await requests.LookAtAsync(request, Guid.CreateVersion7(), cancellationToken);
        if (verdict.Begin is not { } begin)
            return Problems.Refused(verdict.Rejected!);
        // A request does not wait for the context: what it refers to has to be there before.
        if (begin.InputReference is not null)
            await db.SaveChangesAsync(cancellationToken);
        try
        {
            var answer = await client.GetResponse<RunBegun, RunRejected>(begin, request => request.NeverExpires(), cancellationToken, RequestTimeout.After(s: options.Value.StartTimeoutSeconds));
            if (answer.Is(out Response<RunRejected>? rejected))
                return Problems.Refused(rejected!.Message);
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
}
