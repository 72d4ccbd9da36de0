using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Journals;

/// <summary>Reads the journal of a run, page by page.</summary>
internal static class RunJournal
{
    /// <summary>Most characters of values in a page; six bytes each in a message, at the most. The first record of a page is always in it.</summary>
    private const int MaxPageLength = 128 * 1024;

    public static async Task<RunJournalPage> ReadAsync(OrchestratorDbContext db, ReadRunJournal order, CancellationToken cancellationToken)
    {
        var take = Math.Clamp(order.Take, 1, JournalLimits.MaxPage);
        var rows = await db.Journal.AsNoTracking()
            .Where(j => j.RunId == order.RunId && j.Id > order.After)
            .OrderBy(j => j.Id)
            .Take(take + 1)
            .ToListAsync(cancellationToken);
        var (count, length) = (0, 0);
        while (count < Math.Min(take, rows.Count) && (length += rows[count].Value.Length) <= MaxPageLength)
            count++;
        return new RunJournalPage { Entries = [.. rows.Take(count).Select(Record)], Next = count < rows.Count ? rows[count - 1].Id : null };
    }

    private static JournalRecord Record(JournalRow row) => new()
    {
        Id = row.Id,
        ScopeId = row.ScopeId,
        Node = row.Node,
        Token = row.Token,
        Index = row.Index,
        Kind = row.Kind,
        Value = JsonElement.Parse(row.Value),
        RecordedAt = row.RecordedAt,
    };
}
