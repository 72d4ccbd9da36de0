using Flow.Contracts;
using Flow.Contracts.Api;

namespace Flow.Orchestrator.Http;

/// <summary><c>/v1/jobs</c>: one handler as a run.</summary>
internal static class JobEndpoints
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGroup("/v1/jobs").WithTags("Runs").AddEndpointFilter<TooLargeFilter>()
        .MapPost("/", DispatchAsync).WithName("DispatchJob").Produces<RunSummary>(202).ProducesProblem(400).ProducesProblem(409).ProducesProblem(413).ProducesProblem(503);

    private static async Task<IResult> DispatchAsync(DispatchRequest body, HttpRequest http, RunStarts starts, TimeProvider time, CancellationToken cancellationToken) =>
        Jobs.FaultOf(body) is { } fault
            ? Problems.Invalid(fault)
            : await starts.StartAsync(Jobs.StartOf(body, http.Headers["Idempotency-Key"].FirstOrDefault(), time.GetUtcNow()) with { Trigger = Trigger.Manual }, cancellationToken);
}
