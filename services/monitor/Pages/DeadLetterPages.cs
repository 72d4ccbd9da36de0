using System.Text.Json;
using Flow.Contracts.Api;
using Flow.Monitor.Api;
using Flow.Monitor.DeadLetters;

namespace Flow.Monitor.Pages;

/// <summary>The pages of dead letters, and what their buttons do.</summary>
internal static class DeadLetterPages
{
    private const int Shown = 50;
    private const string All = "All";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/dead-letters", (HttpRequest request, PageFrames frames, DeadLetterQueries letters, CancellationToken cancellationToken) => ListAsync(request, frames, letters, null, cancellationToken));
        pages.MapGet("/dead-letters/{id:guid}", (Guid id, PageFrames frames, DeadLetterQueries letters, CancellationToken cancellationToken) => ShowAsync(id, frames, letters, null, cancellationToken));
        pages.MapPost("/dead-letters/act", ActOnManyAsync).AddEndpointFilter(SameOrigin.CheckAsync);
        pages.MapPost("/dead-letters/{id:guid}/act", ActOnOneAsync).AddEndpointFilter(SameOrigin.CheckAsync);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, PageFrames frames, DeadLetterQueries letters, string? problem, CancellationToken cancellationToken)
    {
        var filter = FilterOf(request, ref problem);
        var cursor = LetterCursor.Parse(request.Query["cursor"].ToString());
        return PageEndpoints.Page<DeadLettersPage>(
            new
            {
                Frame = await frames.ReadAsync(cancellationToken),
                Filter = filter,
                Letters = await letters.ListAsync(filter, Shown, cursor, cancellationToken),
                Total = await letters.CountAsync(filter, cancellationToken),
                Acts = await letters.ActsAsync(cancellationToken),
                Problem = problem,
            },
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ShowAsync(Guid id, PageFrames frames, DeadLetterQueries letters, string? problem, CancellationToken cancellationToken) =>
        await letters.FindAsync(id, cancellationToken) is { } details
            ? PageEndpoints.Page<DeadLetterPage>(
                new { Frame = await frames.ReadAsync(cancellationToken), Details = details, Problem = problem },
                problem is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict)
            : Results.Redirect("/dead-letters");

    private static async Task<IResult> ActOnManyAsync(HttpContext http, PageFrames frames, DeadLetterQueries letters, DeadLetterActs acts, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        string? problem = null;
        var filter = FilterOf(http.Request, ref problem);
        var act = form["act"].ToString();
        var isAll = act.EndsWith(All, StringComparison.Ordinal);
        if (problem is null && KindOf(isAll ? act[..^All.Length] : act) is { } kind)
        {
            var ids = form["id"].Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty).ToArray();
            var (_, refusal) = !isAll && ids.Length == 0 ? (null, new ActRefusal("no-letters", "No letter is selected.")) : await acts.BeginAsync(
                kind, isAll ? new() { Filter = filter } : new() { Ids = ids }, Requester.Of(http), cancellationToken);
            problem = refusal?.Message;
        }

        return problem is null ? SeeOther(http, "/dead-letters" + LetterQuery.Text(filter)) : await ListAsync(http.Request, frames, letters, problem, cancellationToken);
    }

    private static async Task<IResult> ActOnOneAsync(Guid id, HttpContext http, PageFrames frames, DeadLetterQueries letters, DeadLetterActs acts, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        if (await letters.FindAsync(id, cancellationToken) is not { } details || KindOf(form["act"].ToString()) is not { } kind)
            return SeeOther(http, "/dead-letters");
        ReplayDeadLetter? edit = null;
        string? problem = null;
        // What a browser sends of a text has line ends of its own.
        var edited = form["edited"].ToString().ReplaceLineEndings("\n");
        if (kind == DeadLetterActKind.Replay && form.ContainsKey("edited") && edited != form["original"].ToString().ReplaceLineEndings("\n"))
        {
            try
            {
                edit = details.Letter.Token is null ? new() { Body = edited } : new() { Input = JsonElement.Parse(edited) };
            }
            catch (JsonException exception)
            {
                problem = $"The input is not JSON: {exception.Message}";
            }
        }

        if (problem is null)
            problem = (await acts.BeginAsync(kind, new() { Ids = [id] }, Requester.Of(http), cancellationToken, edit)).Refusal?.Message;
        return problem is not null ? await ShowAsync(id, frames, letters, problem, cancellationToken)
            : SeeOther(http, kind == DeadLetterActKind.Delete ? "/dead-letters" : $"/dead-letters/{id}");
    }

    private static DeadLetterActKind? KindOf(string act) => act switch
    {
        nameof(DeadLetterActKind.Replay) => DeadLetterActKind.Replay,
        nameof(DeadLetterActKind.Archive) => DeadLetterActKind.Archive,
        nameof(DeadLetterActKind.Delete) => DeadLetterActKind.Delete,
        _ => null,
    };

    /// <summary>The list shows what is open, unless it is asked for others.</summary>
    private static DeadLetterFilter FilterOf(HttpRequest request, ref string? problem)
    {
        var fault = LetterQuery.Read(request.Query, out var filter);
        problem ??= fault;
        return filter with { Status = filter.Status ?? DeadLetterStatus.Open };
    }

    /// <summary>After a form: so that a reload does not send it again.</summary>
    private static IResult SeeOther(HttpContext http, string address)
    {
        http.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}
