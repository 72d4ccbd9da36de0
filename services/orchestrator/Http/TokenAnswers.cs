using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Http;

/// <summary>Hands what the holder of a token says on to the saga, if the token still counts.</summary>
internal sealed class TokenAnswers(OrchestratorDbContext db, ISendEndpointProvider send)
{
    public async Task<IResult> SendAsync<T>(string text, Func<TaskToken, T> message, CancellationToken cancellationToken)
        where T : class
    {
        if (!TaskToken.TryParse(text, out var token))
            return Problems.Of(400, "invalid-token", "Invalid token", $"'{text}' is no task token: give the text of $$.Task.Token ($states.context.Task.Token) as it was handed out.");
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.CorrelationId == token.RunId, cancellationToken);
        if (run is null || await FindAsync(run, token, cancellationToken) is not { } document || ScopeJson.Read(document).OutstandingAttempt != token.Token)
            return Problems.Of(409, "token-not-outstanding", "Token not outstanding", $"Nothing waits for this token of run {token.RunId}: it was answered, its time was up, or the run has moved on or ended.");
        var endpoint = await send.GetSendEndpoint(Endpoints.For(token.RunId, token.ScopeId));
        await endpoint.Send(message(token), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return Results.Accepted($"/v1/runs/{token.RunId}", RunQueries.Summary(run));
    }

    /// <summary>The stored scope while it is open.</summary>
    private async Task<string?> FindAsync(Run run, TaskToken token, CancellationToken cancellationToken) => token.ScopeId == token.RunId
        ? run.CurrentState is nameof(RunStateMachine.Running) or nameof(RunStateMachine.Paused) ? run.Document : null
        : await db.Scopes.Where(s => s.CorrelationId == token.ScopeId && s.RunId == token.RunId && (s.CurrentState == nameof(ScopeStateMachine.Running) || s.CurrentState == nameof(ScopeStateMachine.Paused)))
            .Select(s => s.Document).SingleOrDefaultAsync(cancellationToken);
}
