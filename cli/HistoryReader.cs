using System.Runtime.CompilerServices;
using Flow.Client;
using Flow.Contracts.Api;

namespace Flow.Cli;

/// <summary>Reads a run's history to its present end, and on from there as it grows.</summary>
internal sealed class HistoryReader(IFlowClient client, Guid runId)
{
    private const int PageSize = 200;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>How far behind the newest event the history is read again: an event has its place when it is written, and is seen when that is committed, perhaps after its successors.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    private readonly HashSet<long> _seen = [];
    private DateTimeOffset _newest = DateTimeOffset.MinValue;
    private string? _settled;

    /// <summary>Yields every event once. Following, it ends when the run has ended and all its events were yielded.</summary>
    public async IAsyncEnumerable<HistoryEntry> ReadAsync(bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            // Asked before reading: what a run that has ended by now has in its history is all there will be.
            var ended = !follow || (await client.GetRunAsync(runId, cancellationToken)).Run.Status.IsTerminal();
            await foreach (var entry in ReadNewAsync(cancellationToken))
                yield return entry;
            if (ended)
                yield break;
            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Reads on from the last page that is settled; entries seen before are left out.</summary>
    private async IAsyncEnumerable<HistoryEntry> ReadNewAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = new List<(string Cursor, DateTimeOffset Newest)>();
        for (var cursor = _settled; ;)
        {
            var page = await client.GetHistoryAsync(runId, PageSize, cursor, cancellationToken);
            foreach (var entry in page.Items)
            {
                if (entry.Event.Timestamp > _newest)
                    _newest = entry.Event.Timestamp;
                if (_seen.Add(entry.Id))
                    yield return entry;
            }

            if (page.Next is null)
                break;
            cursor = page.Next;
            pages.Add((cursor, page.Items.Max(entry => entry.Event.Timestamp)));
        }

        _settled = pages.TakeWhile(page => page.Newest < _newest - Settling).LastOrDefault().Cursor ?? _settled;
    }
}
