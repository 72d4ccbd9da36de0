using System.Linq.Expressions;
using System.Text;
using System.Text.Json;
using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Microsoft.EntityFrameworkCore;

namespace Flow.Monitor.DeadLetters;

/// <summary>Reads dead letters and the audit.</summary>
internal sealed class DeadLetterQueries(MonitorDbContext db)
{
    private const int ShownActs = 100;

    /// <summary>Without the body, which may be large.</summary>
    private static readonly Expression<Func<DeadLetterRow, DeadLetter>> Summary = row => new()
    {
        Id = row.Id,
        Kind = row.Kind,
        Status = row.Status,
        Queue = row.Queue,
        MessageId = row.MessageId,
        RunId = row.RunId,
        ScopeId = row.ScopeId,
        Token = row.Token,
        Workflow = row.Workflow,
        Version = row.Version,
        Node = row.Node,
        Resource = row.Resource,
        Handler = row.Handler,
        Attempts = row.Attempts,
        Error = row.Error,
        Cause = row.Cause,
        Fingerprint = row.Fingerprint,
        FailedAt = row.FailedAt,
        ReceivedAt = row.ReceivedAt,
        Replays = row.Replays,
    };

    private static readonly Func<DeadLetterRow, DeadLetter> View = Summary.Compile();

    /// <summary>A page of letters, the one that failed last first.</summary>
    public async Task<Page<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit, LetterCursor? after, CancellationToken cancellationToken)
    {
        var letters = Selected(db.DeadLetters.AsNoTracking(), filter);
        if (after is { } last)
            letters = letters.Where(d => d.FailedAt < last.FailedAt || (d.FailedAt == last.FailedAt && d.Id < last.Id));
        var rows = await letters.OrderByDescending(d => d.FailedAt).ThenByDescending(d => d.Id).Take(limit + 1).Select(Summary).ToListAsync(cancellationToken);
        return rows.Count <= limit ? new(rows, null) : new(rows.GetRange(0, limit), new LetterCursor(rows[limit - 1].FailedAt, rows[limit - 1].Id).ToString());
    }

    public Task<int> CountAsync(DeadLetterFilter filter, CancellationToken cancellationToken) => Selected(db.DeadLetters, filter).CountAsync(cancellationToken);

    public async Task<DeadLetterDetails?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.DeadLetters.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is not { } row)
            return null;
        var acts = await (from item in db.DeadLetterItems.AsNoTracking()
                          join act in db.DeadLetterActs on item.ActId equals act.Id
                          where item.LetterId == id
                          orderby item.ActId descending
                          select new DeadLetterOutcome { ActId = act.Id, LetterId = id, Kind = act.Kind, RequestedBy = act.RequestedBy, Status = item.Status, Detail = item.Detail, At = item.At })
            .Take(ShownActs).ToListAsync(cancellationToken);
        var text = TextOf(row.Body);
        return new()
        {
            Letter = View(row),
            Input = row.Input is null ? null : JsonElement.Parse(row.Input),
            Body = text,
            BodyBase64 = row.Body is null || text is not null ? null : Convert.ToBase64String(row.Body),
            ContentType = row.ContentType,
            Headers = row.Headers is null ? null : JsonElement.Parse(row.Headers),
            Stack = row.Stack,
            Acts = acts,
        };
    }

    public async Task<IReadOnlyList<DeadLetterAct>> ActsAsync(CancellationToken cancellationToken) =>
        await db.DeadLetterActs.AsNoTracking().OrderByDescending(a => a.Id).Take(ShownActs).Select(a => ViewOf(a)).ToListAsync(cancellationToken);

    public async Task<DeadLetterAct?> FindActAsync(Guid id, CancellationToken cancellationToken) =>
        await db.DeadLetterActs.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is { } act ? ViewOf(act) : null;

    public static IQueryable<DeadLetterRow> Selected(IQueryable<DeadLetterRow> letters, DeadLetterFilter filter)
    {
        if (filter.Status is { } status)
            letters = letters.Where(d => d.Status == status);
        if (filter.Kind is { } kind)
            letters = letters.Where(d => d.Kind == kind);
        if (filter.Queue is { } queue)
            letters = letters.Where(d => d.Queue == queue);
        if (filter.Workflow is { } workflow)
            letters = letters.Where(d => d.Workflow == workflow);
        if (filter.Node is { } node)
            letters = letters.Where(d => d.Node == node);
        if (filter.Fingerprint is { } fingerprint)
            letters = letters.Where(d => d.Fingerprint == fingerprint);
        if (filter.RunId is { } runId)
            letters = letters.Where(d => d.RunId == runId);
        if (filter.From is { } from)
            letters = letters.Where(d => d.FailedAt >= from);
        if (filter.To is { } to)
            letters = letters.Where(d => d.FailedAt < to);
        if (filter.Text is { } text)
        {
            var part = text.ToLowerInvariant();
#pragma warning disable CA1862 // translated to SQL, which knows lower() but no comparison kinds
            letters = letters.Where(d => d.Error!.ToLower().Contains(part) || d.Cause!.ToLower().Contains(part) || d.Node!.ToLower().Contains(part) || d.MessageId!.ToLower().Contains(part));
#pragma warning restore CA1862
        }

        return letters;
    }

    public static DeadLetterAct ViewOf(DeadLetterActRow row) => new()
    {
        Id = row.Id,
        Kind = row.Kind,
        Status = row.Status,
        RequestedBy = row.RequestedBy,
        At = row.At,
        Selection = row.Selection,
        Letters = row.Letters,
        Outcome = row.Outcome,
        EndedAt = row.EndedAt,
    };

    /// <summary>The body, where it is text that can be shown and sent back as it was.</summary>
    private static string? TextOf(byte[]? body)
    {
        try
        {
            return body is null ? null : new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

/// <summary>Where a page of letters ended.</summary>
internal readonly record struct LetterCursor(DateTimeOffset FailedAt, Guid Id)
{
    public override string ToString() => $"{FailedAt.UtcTicks}-{Id:N}";

    public static LetterCursor? Parse(string text) =>
        text.Split('-', 2) is [var ticks, var id] && long.TryParse(ticks, out var at) && at >= 0 && at <= DateTimeOffset.MaxValue.Ticks && Guid.TryParseExact(id, "N", out var letter)
            ? new(new DateTimeOffset(at, TimeSpan.Zero), letter)
            : null;
}
