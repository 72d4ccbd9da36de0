using System.Runtime.CompilerServices;
using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Handlers;

namespace Flow.Worker;

/// <summary>
/// The journal of the run: what its handlers noted for each other. Entries of an attempt are kept with its result and count when the node ends well: once, however often the item or its result is
/// delivered, and not at all when the attempt fails. The worker makes it; a test of a handler makes its own with <c>new NodeJournal(...)</c>. Safe for concurrent use.
/// </summary>
public class NodeJournal
{
    private readonly Lock _lock = new();
    private readonly List<JournalEntry> _appended = [];
    private readonly IReadOnlyList<JournalRecord> _recorded;
    private bool _closed;

    /// <summary>A journal for a test of a handler.</summary>
    /// <param name="recorded">What <see cref="ReadAsync"/> gives.</param>
    public NodeJournal(params IReadOnlyList<JournalRecord> recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        _recorded = recorded;
    }

    /// <summary>What this attempt has appended so far.</summary>
    public IReadOnlyList<JournalEntry> Appended
    {
        get
        {
            lock (_lock)
                return [.. _appended];
        }
    }

    internal JsonSerializerOptions Json { get; init; } = HandlerJson.Default;

    /// <summary>
    /// Appends an entry, in memory; it is recorded with the result of the attempt, in the order of these calls. An attempt that fails, is held or is handed back records none, so what an
    /// attempt must leave behind whatever becomes of it belongs elsewhere.
    /// </summary>
    /// <param name="kind">What it is, e.g. <c>file-stored</c>: 1 to 100 characters, none of them a control character.</param>
    /// <param name="value">The entry: anything that becomes JSON by the worker's options, at most 16 KiB and 50 levels. It is read now; later changes do not matter.</param>
    /// <exception cref="JournalException">The kind is not valid, the value is too large or too deep, or the attempt has 100 entries already, or has ended. Uncaught it fails the attempt as <c>Flow.InvalidJournal</c>.</exception>
    public void Append(string kind, object? value)
    {
        var entry = new JournalEntry { Kind = kind, Value = Json.ToElement(value) };
        if (JournalLimits.FaultOf(entry.Kind, entry.Value) is { } fault)
            throw new JournalException($"Cannot append to the journal: {fault}");
        lock (_lock)
        {
            if (_closed)
                throw new JournalException($"Cannot append '{kind}' to the journal: the attempt has ended. Await whatever appends before the handler returns.");
            if (_appended.Count == JournalLimits.MaxEntries)
                throw new JournalException($"Cannot append '{kind}' to the journal: the attempt has {JournalLimits.MaxEntries} entries already, the limit. Append fewer, larger ones.");
            _appended.Add(entry);
        }
    }

    /// <summary>
    /// Reads what is recorded in the run, in order, page by page as it is enumerated: all that nodes before this one have appended, and what nodes that run beside it have by now. Not what this
    /// attempt appends itself.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading, as the attempt's own does.</param>
    /// <exception cref="TimeoutException">No orchestrator answered within 30 seconds.</exception>
    public virtual async IAsyncEnumerable<JournalRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        foreach (var record in _recorded)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }
    }

    /// <summary>Forgets what was appended, for another call of the handler.</summary>
    internal void Restart()
    {
        lock (_lock)
        {
            _appended.Clear();
            _closed = false;
        }
    }

    /// <summary>Takes what was appended; nothing can be appended from now on.</summary>
    internal IReadOnlyList<JournalEntry> Close()
    {
        lock (_lock)
        {
            _closed = true;
            return [.. _appended];
        }
    }
}
