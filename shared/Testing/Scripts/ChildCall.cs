using System.Text.Json;
using System.Text.Json.Nodes;
using Flow.StatesLanguage;

namespace Flow.Testing.Scripts;

/// <summary>A call of <c>states:startExecution</c>: which workflow it starts, with what, and what it gets back.</summary>
/// <param name="Token">The attempt that calls.</param>
/// <param name="Workflow">The workflow's name.</param>
/// <param name="Arn">As the call has it.</param>
/// <param name="RunName">Name for the run; null: none was given.</param>
/// <param name="RunInput">Input of the run; null when it is a text that is not JSON.</param>
/// <param name="IsText">Whether the result holds input and output as texts (<c>.sync</c>) and not as they are (<c>.sync:2</c>).</param>
internal sealed record ChildCall(Guid Token, string Workflow, string Arn, string? RunName, JsonElement? RunInput, bool IsText)
{
    public static ChildCall Read(Attempt attempt, TestSettings settings)
    {
        var payload = attempt.Payload;
        var arn = Text(payload, "StateMachineArn") ?? throw new WorkflowTestException(
            $"Node '{attempt.Node}' starts a run without naming the workflow: its payload needs a StateMachineArn, but is {payload.GetRawText()}");
        return new(attempt.Token, NameIn(arn), arn, Text(payload, "Name"), InputIn(payload), !attempt.Resource.EndsWith(":2", StringComparison.Ordinal));
    }

    /// <summary>What a call that does not wait gets.</summary>
    public static JsonElement Started(WorkflowRun child) => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["ExecutionArn"] = child.RunId.ToString(),
        ["StartDate"] = child.StartedAt.ToUnixTimeMilliseconds(),
    });

    /// <summary>What a call that waits gets when the run has ended.</summary>
    public Signal Ended(WorkflowRun child)
    {
        var isText = IsText || child.State != RunState.Succeeded;
        var description = new JsonObject
        {
            ["ExecutionArn"] = child.RunId.ToString(),
            ["Input"] = isText ? child.Input.GetRawText() : JsonNode.Parse(child.Input.GetRawText()),
            ["InputDetails"] = new JsonObject { ["Included"] = true },
            ["Name"] = child.Name,
            ["StartDate"] = child.StartedAt.ToUnixTimeMilliseconds(),
            ["StateMachineArn"] = Arn,
            ["Status"] = child.State == RunState.TimedOut ? "TIMED_OUT" : child.State.ToString().ToUpperInvariant(),
            ["StopDate"] = (child.StartedAt + child.Duration).ToUnixTimeMilliseconds(),
        };
        if (child.State != RunState.Succeeded)
        {
            description["Error"] = child.Error;
            description["Cause"] = child.Cause;
            return new Signal.TaskFailed(Token, "States.TaskFailed", description.ToJsonString());
        }

        description["Output"] = isText ? child.Output.GetRawText() : JsonNode.Parse(child.Output.GetRawText());
        description["OutputDetails"] = new JsonObject { ["Included"] = true };
        return new Signal.TaskSucceeded(Token, JsonSerializer.SerializeToElement(description));
    }

    /// <summary>The name in the ARN of a workflow, without version or alias; anything else is the name itself.</summary>
    private static string NameIn(string arn) => arn.Split(":stateMachine:") is [_, var name] ? name.Split(':')[0] : arn;

    private static JsonElement? InputIn(JsonElement payload)
    {
        if (!payload.TryGetProperty("Input", out var input) || input.ValueKind == JsonValueKind.Null)
            return JsonElement.Parse("{}");
        if (input.ValueKind != JsonValueKind.String)
            return input;
        try
        {
            return JsonElement.Parse(input.GetString()!);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement payload, string name) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
