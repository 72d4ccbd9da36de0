using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.Contracts;

/// <summary>What an attempt appends to the journal of its run; it counts when the node ends well with the attempt's result.</summary>
public sealed record JournalEntry
{
    /// <summary>What it is, in words of the workflow's own, e.g. <c>file-stored</c>: 1 to 100 characters, none of them a control character.</summary>
    public required string Kind { get; init; }

    /// <summary>The entry itself, any JSON value of at most 16 KiB and 50 levels; absent: null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Value { get; init; }
}

/// <summary>An entry of a run's journal as it is kept.</summary>
public sealed record JournalRecord
{
    /// <summary>
    /// Place in the journal, increasing: that of commits, as far as one transition of the run caused another. Of two that ran side by side the later commit may have the lower place.
    /// </summary>
    public required long Id { get; init; }

    /// <summary>The scope whose node appended it.</summary>
    public required Guid ScopeId { get; init; }

    /// <summary>The node that appended it.</summary>
    public required string Node { get; init; }

    /// <summary>The attempt that appended it.</summary>
    public required Guid Token { get; init; }

    /// <summary>Place among the entries of the attempt, from 0.</summary>
    public required int Index { get; init; }

    /// <inheritdoc cref="JournalEntry.Kind"/>
    public required string Kind { get; init; }

    /// <summary>The entry itself.</summary>
    public required JsonElement Value { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}

/// <summary>
/// Asks for a page of a run's journal. From a worker to the orchestrator, at the queue <see cref="QueueNames.RunJournal"/>, which answers with <see cref="RunJournalPage"/>. At least once; a
/// repeat is answered again.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="After">Id of the last record read before; 0: from the start.</param>
/// <param name="Take">Most records wanted; 1 to 100, what is beyond counts as the nearest of these.</param>
public sealed record ReadRunJournal(Guid RunId, long After = 0, int Take = JournalLimits.MaxPage);

/// <summary>A page of a run's journal, as it is committed. From the orchestrator to whoever asked. At least once.</summary>
public sealed record RunJournalPage
{
    /// <summary>The records in order; empty when there are none, or the run is not there (any more).</summary>
    public required IReadOnlyList<JournalRecord> Entries { get; init; }

    /// <summary>What to give as After for the next page; null: this is the last. A page may have fewer records than were wanted, so that it fits in a message.</summary>
    public long? Next { get; init; }
}

/// <summary>What an attempt may append.</summary>
public static class JournalLimits
{
    /// <summary>Most entries of one attempt.</summary>
    public const int MaxEntries = 100;

    /// <summary>Largest value of an entry in bytes: as compact JSON in UTF-8, with no more escaped than JSON demands.</summary>
    public const int MaxValueBytes = 16 * 1024;

    /// <summary>Most levels of arrays and objects in a value.</summary>
    public const int MaxDepth = 50;

    /// <summary>Longest kind in characters.</summary>
    public const int MaxKindLength = 100;

    /// <summary>Most records in a page.</summary>
    public const int MaxPage = 100;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

    /// <summary>What is wrong with the entries of an attempt, for people; null: nothing.</summary>
    public static string? FaultOf(IReadOnlyList<JournalEntry?>? entries)
    {
        if (entries is null)
            return null;
        if (entries.Count > MaxEntries)
            return $"The attempt appends {entries.Count} entries to the journal; the limit is {MaxEntries}.";
        return entries.Select((entry, i) => entry is null ? $"Entry {i} of the journal is null." : FaultOf(entry.Kind, entry.Value) is { } fault ? $"Entry {i} of the journal: {fault}" : null)
            .FirstOrDefault(fault => fault is not null);
    }

    /// <summary>What is wrong with one entry, for people; null: nothing.</summary>
    public static string? FaultOf(string? kind, JsonElement value)
    {
        if (kind is not { Length: > 0 and <= MaxKindLength } || kind.Any(char.IsControl))
            return $"'{(kind?.Length > MaxKindLength ? kind[..MaxKindLength] + "…" : kind)}' is not a kind: use 1 to {MaxKindLength} characters, none of them a control character.";
        if (value.ValueKind == JsonValueKind.Undefined)
            return null;
        try
        {
            using var writer = new Utf8JsonWriter(Stream.Null, Compact);
            value.WriteTo(writer);
            writer.Flush();
            return writer.BytesCommitted > MaxValueBytes ? $"the value of '{kind}' is {writer.BytesCommitted} bytes; the limit is {MaxValueBytes}. Store it elsewhere and append where." : null;
        }
        catch (InvalidOperationException)
        {
            return $"the value of '{kind}' is nested deeper than {MaxDepth} levels, or contains a text that is not valid Unicode (half of a surrogate pair).";
        }
    }
}
