using System.Runtime.CompilerServices;
using Flow.Client;
using Flow.Contracts.Api;

namespace Flow.Cli;

/// <summary>Reads a run's history to its present end, and on from there as it grows.</summary>
internal sealed class HistoryReader(IFlowClient client, Guid runId)
{
    private const int PageSize = 200;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly HashSet<long> _seen = [];
    private string? _cursor;

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

    /// <summary>The last page has no cursor of its own, so it is read again until it is full; entries seen before are left out.</summary>
    private async IAsyncEnumerable<HistoryEntry> ReadNewAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await client.GetHistoryAsync(runId, PageSize, _cursor, cancellationToken);
            foreach (var entry in page.Items)
            {
                if (_seen.Add(entry.Id))
                    yield return entry;
            }

            if (page.Next is null)
                yield break;
            _cursor = page.Next;
        }
    }
}
