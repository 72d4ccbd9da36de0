using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;

namespace Flow.Orchestrator.Payloads;

/// <summary>Results of attempts, in their message or stored beside it.</summary>
internal static class Answers
{
    private const string LostError = "Flow.PayloadUnavailable";

    /// <summary>What a result says to the scope. A stored one is deleted with it; one that is not there, or no JSON, fails the attempt.</summary>
    public static async Task<Signal> SignalAsync(IRunTransaction transaction, ScopeState state, NodeSucceeded message)
    {
        if (message.OutputReference is not { } reference)
            return new Signal.TaskSucceeded(message.Token, message.Output.OrNull());

        transaction.DropPayloads(state.RunId, message.Token);
        if (ScopeJson.Read(state.Document).OutstandingAttempt != message.Token)
            return new Signal.TaskSucceeded(message.Token, default);
        var output = await transaction.ReadPayloadAsync(state.RunId, message.Token, reference);
        if (output is null)
            return new Signal.TaskFailed(message.Token, LostError, $"The output was to be payload {reference}, which is not stored, or not all of it.");
        try
        {
            return new Signal.TaskSucceeded(message.Token, JsonElement.Parse(output));
        }
        catch (JsonException e)
        {
            return new Signal.TaskFailed(message.Token, LostError, $"The output, payload {reference} of {output.Length} bytes, is no JSON: {e.Message}");
        }
    }

    /// <summary>Sends a result to the scope that waits for it.</summary>
    public static Task SendAsync(IRunTransaction transaction, NodeSucceeded answer)
    {
        if (!transaction.Limits.Holds(answer, answer.Output))
            answer = answer with { Output = default, OutputReference = transaction.StorePayload(answer.RunId, answer.ScopeId, answer.Token, answer.Output) };
        return transaction.SendToScopeAsync(answer.RunId, answer.ScopeId, answer);
    }
}
