using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Http;

/// <summary>Hands what the holder of a token says on to the saga, if the token still counts.</summary>
internal sealed class TokenAnswers(OrchestratorDbContext db, OutstandingAttempts attempts, PayloadStore payloads, ISendEndpointProvider send)
{
    public async Task<IResult> SendAsync(string text, Func<TaskToken, IReadOnlyList<object>> messages, CancellationToken cancellationToken)
    {
        if (!TaskToken.TryParse(text, out var token))
            return Problems.Of(400, "invalid-token", "Invalid token", $"'{text}' is no task token: give the text of $$.Task.Token ($states.context.Task.Token) as it was handed out.");
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.CorrelationId == token.RunId, cancellationToken);
        if (run is null || !await attempts.HasAsync(token.RunId, token.ScopeId, token.Token, cancellationToken))
            return Problems.Of(409, "token-not-outstanding", "Token not outstanding", $"Nothing waits for this token of run {token.RunId}: it was answered, its time was up, or the run has moved on or ended.");
        var endpoint = await send.GetSendEndpoint(Endpoints.For(token.RunId, token.ScopeId));
        foreach (var message in messages(token))
            await endpoint.Send(message, message.GetType(), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return Results.Accepted($"/v1/runs/{token.RunId}", RunQueries.Summary(run));
    }

    /// <summary>The result, or where it is stored when it is too large for a message.</summary>
    public NodeSucceeded Result(TaskToken token, JsonElement output, IReadOnlyList<JournalEntry>? journal)
    {
        var answer = new NodeSucceeded { RunId = token.RunId, ScopeId = token.ScopeId, Token = token.Token, Output = output, Journal = journal };
        return payloads.Limits.Holds(answer, output)
            ? answer
            : answer with { Output = default, OutputReference = payloads.Add(token.RunId, token.ScopeId, token.Token, output) };
    }

    /// <summary>What is wrong with the size of a result; null: nothing.</summary>
    public string? Fault(JsonElement output) => payloads.Limits.Fault("output", output);
}
