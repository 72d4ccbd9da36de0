using System.Runtime.CompilerServices;
using System.Text.Json;
using Flow.Contracts;

namespace Flow.Worker.Bus;

/// <summary>The journal of the run of an item that came from the bus.</summary>
internal sealed class ConnectedNodeJournal : NodeJournal
{
    private readonly JournalReader _reader;
    private readonly Guid _runId;
    private readonly CancellationToken _attempt;

    public ConnectedNodeJournal(JournalReader reader, Guid runId, JsonSerializerOptions json, CancellationToken attempt)
    {
        (_reader, _runId, _attempt) = (reader, runId, attempt);
        Json = json;
    }

    public override async IAsyncEnumerable<JournalRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _attempt);
        for (long? after = 0; after is { } id;)
        {
            var page = await _reader.ReadAsync(_runId, id, either.Token);
            foreach (var record in page.Entries)
                yield return record;
            after = page.Next;
        }
    }
}
