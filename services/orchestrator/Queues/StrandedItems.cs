using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Orchestrator.Explaining;
using Flow.Orchestrator.Records;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using MassTransit;

namespace Flow.Orchestrator.Queues;

/// <summary>
/// Finds by the runs what went with a deleted queue, as the broker cannot tell: items that were on their way to it, or with a worker that died. Each goes out anew under a new token, so that a first one
/// that came through all the same is void.
/// </summary>
internal sealed class StrandedItems(OrchestratorDbContext db, EvidenceReader reader, ISendEndpointProvider send)
{
    /// <summary>Hands out anew what was scheduled for the queue before it was deleted and no worker says it has. A task token that somebody may hold stays as it is.</summary>
    /// <param name="queue">The work queue.</param>
    /// <param name="deletedAt">When it was deleted.</param>
    /// <param name="settled">Attempts whose runs were told already.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>How many.</returns>
    public async Task<int> HandOutAnewAsync(string queue, DateTimeOffset deletedAt, IReadOnlySet<Guid> settled, CancellationToken cancellationToken)
    {
        var lanes = QueueNames.LanesOf(queue);
        var count = 0;
        await foreach (var evidence in reader.OpenAsync(db, cancellationToken))
        {
            if (WorkItems.Outstanding(evidence) is not { Status: WorkItemStatus.Pending, WaitsForToken: false, Token: { } token } item
                || item.ScheduledAt > deletedAt || !lanes.Contains(item.Queue, StringComparer.Ordinal) || settled.Contains(token))
                continue;
            var runId = evidence.State.RunId;
            var endpoint = await send.GetSendEndpoint(Endpoints.For(runId, item.ScopeId));
            await endpoint.Send(new NodeReleased { RunId = runId, ScopeId = item.ScopeId, Token = token }, cancellationToken);
            count++;
        }

        await db.SaveChangesAsync(cancellationToken);
        return count;
    }
}
