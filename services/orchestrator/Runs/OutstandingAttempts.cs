using Flow.Contracts;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Runs;

/// <summary>Attempts whose result would count, as committed.</summary>
internal sealed class OutstandingAttempts(OrchestratorDbContext db)
{
    private sealed record Standing(string State, string Document);

    public async Task<bool> HasAsync(Guid runId, Guid scopeId, Guid token, CancellationToken cancellationToken) =>
        Has(await FindAsync(runId, scopeId, cancellationToken), token);

    public async Task<AttemptChecked> CheckAsync(CheckAttempt asked, CancellationToken cancellationToken)
    {
        var standing = await FindAsync(asked.RunId, asked.ScopeId, cancellationToken);
        return new() { Token = asked.Token, IsOutstanding = Has(standing, asked.Token), IsPaused = standing?.State == nameof(RunStateMachine.Paused) };
    }

    private static bool Has(Standing? standing, Guid token) => standing is not null && ScopeJson.Read(standing.Document).OutstandingAttempt == token;

    /// <summary>The stored scope while it is open.</summary>
    private Task<Standing?> FindAsync(Guid runId, Guid scopeId, CancellationToken cancellationToken) => scopeId == runId
        ? db.Runs.Where(r => r.CorrelationId == runId && (r.CurrentState == nameof(RunStateMachine.Running) || r.CurrentState == nameof(RunStateMachine.Paused)))
            .Select(r => new Standing(r.CurrentState, r.Document)).SingleOrDefaultAsync(cancellationToken)
        : db.Scopes.Where(s => s.CorrelationId == scopeId && s.RunId == runId && (s.CurrentState == nameof(ScopeStateMachine.Running) || s.CurrentState == nameof(ScopeStateMachine.Paused)))
            .Select(s => new Standing(s.CurrentState, s.Document)).SingleOrDefaultAsync(cancellationToken);
}
