using System.Net.Mime;
using Flow.Orchestrator.Payloads;

namespace Flow.Orchestrator.Http;

/// <summary><c>/v1/payloads</c>: large inputs of work items, for workers that have no SDK.</summary>
internal static class PayloadEndpoints
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGroup("/v1/payloads").WithTags("Work items")
        .MapGet("/{reference:guid}", ReadAsync).WithName("ReadPayload").Produces(200, contentType: MediaTypeNames.Application.Json).ProducesProblem(404);

    private static async Task<IResult> ReadAsync(Guid reference, PayloadStore payloads, CancellationToken cancellationToken) =>
        await payloads.ReadAsync(reference, cancellationToken) is { } bytes
            ? Results.Bytes(bytes, MediaTypeNames.Application.Json)
            : Problems.Of(404, "unknown-payload", "Unknown payload", $"There is no payload {reference}, or not any more: it is deleted when its attempt is over. Nobody waits for an answer then.");
}
