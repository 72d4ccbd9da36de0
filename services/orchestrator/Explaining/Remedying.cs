using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Explaining;

/// <summary>Sends lost messages again, where a second one does no harm because its token counts once.</summary>
internal sealed class Remedying(OrchestratorDbContext db, ISendEndpointProvider send, TimeProvider time)
{
    public async Task<bool> TryAsync(Evidence evidence, Finding finding, CancellationToken cancellationToken)
    {
        var (state, scope) = (evidence.State, evidence.Scope);
        switch (finding.Remedy)
        {
            case Remedy.Timer:
                db.Timers.Add(new TimerRow
                {
                    Token = finding.Timer == Timers.DueKind.Start ? state.CorrelationId : scope.Token!.Value,
                    Kind = finding.Timer.ToString()!,
                    DueAt = time.GetUtcNow(),
                    RunId = state.RunId,
                    ScopeId = state.CorrelationId,
                });
                break;
            case Remedy.Release:
                await SendAsync(state.RunId, state.CorrelationId, new ReleaseScopes(state.RunId, state.CorrelationId, scope.Token!.Value, 1), cancellationToken);
                break;
            case Remedy.ChildRun:
                await SendAsync(evidence.ChildRun!.CorrelationId, evidence.ChildRun.CorrelationId, new TellParent(evidence.ChildRun.CorrelationId), cancellationToken);
                break;
            default:
                return false;
        }

        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return true;
    }

    private async Task SendAsync<T>(Guid runId, Guid scopeId, T message, CancellationToken cancellationToken)
        where T : class
    {
        var endpoint = await send.GetSendEndpoint(Endpoints.For(runId, scopeId));
        await endpoint.Send(message, cancellationToken);
    }
}
