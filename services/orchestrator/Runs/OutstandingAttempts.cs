using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Runs;

/// <summary>Whether an answer to an attempt is waited for, as far as is committed.</summary>
internal sealed class OutstandingAttempts(OrchestratorDbContext db)
{
    public async Task<bool> HasAsync(Guid runId, Guid scopeId, Guid token, CancellationToken cancellationToken) =>
        await DocumentAsync(runId, scopeId, cancellationToken) is { } document && ScopeJson.Read(document).OutstandingAttempt == token;

    /// <summary>The stored scope while it is open.</summary>
    private Task<string?> DocumentAsync(Guid runId, Guid scopeId, CancellationToken cancellationToken) => scopeId == runId
        ? db.Runs.Where(r => r.CorrelationId == runId && (r.CurrentState == nameof(RunStateMachine.Running) || r.CurrentState == nameof(RunStateMachine.Paused)))
            .Select(r => r.Document).SingleOrDefaultAsync(cancellationToken)
        : db.Scopes.Where(s => s.CorrelationId == scopeId && s.RunId == runId && (s.CurrentState == nameof(ScopeStateMachine.Running) || s.CurrentState == nameof(ScopeStateMachine.Paused)))
            .Select(s => s.Document).SingleOrDefaultAsync(cancellationToken);
}
