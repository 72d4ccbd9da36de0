using System.Globalization;
using Flow.Contracts.Api;
using Flow.Monitor.DeadLetters;
using Microsoft.AspNetCore.Mvc;

namespace Flow.Monitor.Api;

/// <summary>Dead letters over HTTP: look at them, replay, archive and delete them, and read what was done. Who asks says so in <c>X-Requested-By</c>, for the audit.</summary>
internal static class DeadLetterApi
{
    private const int UsualLimit = 50;
    private const int MaxLimit = 500;

    public static void MapDeadLetterApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/v1/dead-letters").WithTags("dead letters").AddEndpointFilter(SameOrigin.CheckAsync);
        api.MapGet("", ListAsync);
        api.MapGet("/acts", async (DeadLetterQueries letters, CancellationToken cancellationToken) => new Page<DeadLetterAct>(await letters.ActsAsync(cancellationToken), null));
        api.MapGet("/acts/{id:guid}", async (Guid id, DeadLetterQueries letters, CancellationToken cancellationToken) =>
            await letters.FindActAsync(id, cancellationToken) is { } act ? Results.Ok(act) : Problem(404, "unknown-act", $"There is no act {id}. See GET /v1/dead-letters/acts."));
        api.MapGet("/{id:guid}", async (Guid id, DeadLetterQueries letters, CancellationToken cancellationToken) =>
            await letters.FindAsync(id, cancellationToken) is { } letter ? Results.Ok(letter) : UnknownLetter(id));

        api.MapPost("/replay", (DeadLetterSelection selection, HttpContext http, DeadLetterActs acts, CancellationToken cancellationToken) => ActAsync(DeadLetterActKind.Replay, selection, http, acts, cancellationToken));
        api.MapPost("/archive", (DeadLetterSelection selection, HttpContext http, DeadLetterActs acts, CancellationToken cancellationToken) => ActAsync(DeadLetterActKind.Archive, selection, http, acts, cancellationToken));
        api.MapPost("/delete", (DeadLetterSelection selection, HttpContext http, DeadLetterActs acts, CancellationToken cancellationToken) => ActAsync(DeadLetterActKind.Delete, selection, http, acts, cancellationToken));

        api.MapPost("/{id:guid}/replay", ReplayAsync);
        api.MapPost("/{id:guid}/archive", (Guid id, HttpContext http, DeadLetterActs acts, DeadLetterQueries letters, CancellationToken cancellationToken) =>
            ActOnOneAsync(DeadLetterActKind.Archive, id, http, acts, letters, cancellationToken));
        api.MapDelete("/{id:guid}", (Guid id, HttpContext http, DeadLetterActs acts, DeadLetterQueries letters, CancellationToken cancellationToken) =>
            ActOnOneAsync(DeadLetterActKind.Delete, id, http, acts, letters, cancellationToken));
    }

    private static async Task<IResult> ListAsync(HttpRequest request, DeadLetterQueries letters, CancellationToken cancellationToken)
    {
        if (LetterQuery.Read(request.Query, out var filter) is { } fault)
            return Problem(400, "invalid-request", fault);
        var limit = UsualLimit;
        if (request.Query["limit"].ToString() is { Length: > 0 } given && !(int.TryParse(given, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
            return Problem(400, "invalid-request", $"'limit' is '{given}'; use 1 to {MaxLimit}.");
        LetterCursor? cursor = null;
        if (request.Query["cursor"].ToString() is { Length: > 0 } text && (cursor = LetterCursor.Parse(text)) is null)
            return Problem(400, "invalid-request", $"'cursor' is '{text}'; give the 'next' of a page as it was.");
        return Results.Ok(await letters.ListAsync(filter, limit, cursor, cancellationToken));
    }

    private static Task<IResult> ReplayAsync(Guid id, HttpContext http, DeadLetterActs acts, DeadLetterQueries letters, CancellationToken cancellationToken, [FromBody] ReplayDeadLetter? edit = null) =>
        ActOnOneAsync(DeadLetterActKind.Replay, id, http, acts, letters, cancellationToken, edit);

    private static async Task<IResult> ActOnOneAsync(
        DeadLetterActKind kind, Guid id, HttpContext http, DeadLetterActs acts, DeadLetterQueries letters, CancellationToken cancellationToken, ReplayDeadLetter? edit = null) =>
        await letters.FindAsync(id, cancellationToken) is null ? UnknownLetter(id) : await ActAsync(kind, new() { Ids = [id] }, http, acts, cancellationToken, edit);

    private static async Task<IResult> ActAsync(
        DeadLetterActKind kind, DeadLetterSelection selection, HttpContext http, DeadLetterActs acts, CancellationToken cancellationToken, ReplayDeadLetter? edit = null)
    {
        var (act, refusal) = await acts.BeginAsync(kind, selection, Requester.Of(http), cancellationToken, edit);
        return act is null ? Problem(refusal!.Type == "invalid-request" ? 400 : 409, refusal.Type, refusal.Message)
            : kind == DeadLetterActKind.Replay ? Results.Accepted($"/v1/dead-letters/acts/{act.Id}", act)
            : Results.Ok(act);
    }

    private static IResult UnknownLetter(Guid id) => Problem(404, "unknown-dead-letter", $"There is no dead letter {id}, or not any more. See GET /v1/dead-letters.");

    private static IResult Problem(int status, string type, string detail) =>
        Results.Problem(new ProblemDetails { Status = status, Type = "urn:flow:problem:" + type, Title = type.Replace('-', ' '), Detail = detail });
}
