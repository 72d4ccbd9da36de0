using System.Text.Json;
using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Flow.Monitor.Projections;
using Microsoft.EntityFrameworkCore;

namespace Flow.Monitor.DeadLetters;

/// <summary>Why an act was not begun.</summary>
/// <param name="Type">Stable.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
internal sealed record ActRefusal(string Type, string Message);

/// <summary>
/// What operators do with dead letters. The act, its letters and their new status are committed together: archives and deletions are done then; a replay is under way, and goes on from the table
/// whatever dies.
/// </summary>
internal sealed class DeadLetterActs(MonitorDbContext db, TimeProvider time)
{
    public const int MaxIds = 1000;
    public const int MaxLetters = 10_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    public async Task<(DeadLetterAct? Act, ActRefusal? Refusal)> BeginAsync(DeadLetterActKind kind, DeadLetterSelection selection, string requestedBy, CancellationToken cancellationToken, ReplayDeadLetter? edit = null)
    {
        if (FaultOf(selection) is { } fault)
            return (null, new("invalid-request", fault));
        await using var transaction = await db.BeginWriteAsync(cancellationToken);
        var letters = await Select(kind, selection).Take(MaxLetters).ToListAsync(cancellationToken);
        if (letters.Count == 0)
            return (null, new("no-letters", $"There is no dead letter to {kind.ToString().ToLowerInvariant()} in that selection: it is gone, or is being replayed now."));
        string? edited = null;
        if (edit is { Input: not null } or { Body: not null } && Edited(letters[0], edit, out edited) is { } misfit)
            return (null, misfit);

        var now = Moments.Truncate(time.GetUtcNow());
        var isReplay = kind == DeadLetterActKind.Replay;
        var act = new DeadLetterActRow
        {
            Id = Guid.CreateVersion7(now),
            Kind = kind,
            Status = isReplay ? DeadLetterActStatus.Running : DeadLetterActStatus.Completed,
            RequestedBy = requestedBy,
            At = now,
            Selection = selection.Ids is { } ids ? (ids.Count == 1 ? $"letter {ids[0]}" : $"{ids.Count} letters by their ids") : "all that match " + JsonSerializer.Serialize(selection.Filter, Json),
            Letters = letters.Count,
            CanarySeconds = letters.Count > 1 ? selection.CanarySeconds : 0,
            PerSecond = selection.PerSecond,
            NextAt = now,
            EndedAt = isReplay ? null : now,
            Outcome = isReplay ? null : $"{letters.Count} {(kind == DeadLetterActKind.Archive ? "archived" : "deleted")}",
        };
        db.Add(act);
        foreach (var (position, letter) in letters.Index())
        {
            db.Add(new DeadLetterItemRow
            {
                ActId = act.Id,
                LetterId = letter.Id,
                Position = position,
                RunId = letter.RunId,
                Status = isReplay ? DeadLetterOutcomeStatus.Pending : DeadLetterOutcomeStatus.Done,
                Detail = letter.Describe(),
                At = now,
                Edited = edited,
                NotBefore = now,
            });
            Apply(kind, letter);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (DeadLetterQueries.ViewOf(act), null);
    }

    private void Apply(DeadLetterActKind kind, DeadLetterRow letter)
    {
        if (kind == DeadLetterActKind.Delete)
            db.Remove(letter);
        else
            letter.Status = kind == DeadLetterActKind.Archive ? DeadLetterStatus.Archived : DeadLetterStatus.Replaying;
    }

    /// <summary>Oldest first, so that what waited longest goes first. What a replay has in hand is nobody else's.</summary>
    private IQueryable<DeadLetterRow> Select(DeadLetterActKind kind, DeadLetterSelection selection)
    {
        var letters = db.DeadLetters.Where(d => d.Status != DeadLetterStatus.Replaying);
        if (kind == DeadLetterActKind.Archive)
            letters = letters.Where(d => d.Status != DeadLetterStatus.Archived);
        letters = selection.Ids is { } ids
            ? letters.Where(d => ids.Contains(d.Id))
            : DeadLetterQueries.Selected(letters, selection.Filter! with { Status = selection.Filter.Status ?? DeadLetterStatus.Open });
        return letters.OrderBy(d => d.FailedAt).ThenBy(d => d.Id);
    }

    private static string? FaultOf(DeadLetterSelection selection) => selection switch
    {
        { Ids: null, Filter: null } or { Ids: not null, Filter: not null } => "Name the letters: either 'ids', or a 'filter' (an empty one means all that are open).",
        { Ids.Count: 0 or > MaxIds } => $"'ids' has {selection.Ids.Count} ids; give 1 to {MaxIds}, or a 'filter'.",
        { CanarySeconds: < 0 or > 600 } => $"'canarySeconds' is {selection.CanarySeconds}; use 0 (no canary) to 600.",
        { PerSecond: < 1 or > 100 } => $"'perSecond' is {selection.PerSecond}; use 1 to 100.",
        _ => null,
    };

    private static ActRefusal? Edited(DeadLetterRow letter, ReplayDeadLetter edit, out string? edited)
    {
        edited = edit.Body ?? edit.Input?.GetRawText();
        if (letter.IsOfRun)
        {
            return edit.Input is null || edit.Body is not null ? new("invalid-request", "The letter is of a run, which goes on with a new attempt: give 'input', the input of its node, and no 'body'.")
                : letter.ScopeId != letter.RunId ? new("not-editable", $"The letter is of a branch or iteration of run {letter.RunId}, whose input comes from the node around it. Redrive the run from that node with another input: POST /v1/runs/{letter.RunId}/redrive of the orchestrator.")
                : null;
        }

        return edit.Body is null || edit.Input is not null ? new("invalid-request", "The letter is a message of no run's attempt: give 'body', the text to send, and no 'input'.") : null;
    }
}
