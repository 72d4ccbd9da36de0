using System.Text.Encodings.Web;
using System.Text.Json;
using Flow.StatesLanguage;

namespace Flow.Testing.Scripts;

/// <summary>A call of <c>states:startExecution</c>: which workflow it starts, with what, and what it gets back. As the orchestrator has it.</summary>
/// <param name="Attempt">The attempt that calls.</param>
/// <param name="Workflow">The workflow's name.</param>
/// <param name="RunName">Name for the run; null: none was given.</param>
/// <param name="RunInput">Input of the run.</param>
internal sealed record ChildCall(Attempt Attempt, string Workflow, string? RunName, JsonElement RunInput)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads the payload of the attempt; an error when it is no call.</summary>
    public static ChildCall? Read(Attempt attempt, out string? error)
    {
        error = null;
        var payload = attempt.Payload;
        if (Text(payload, "StateMachineArn") is not { Length: > 0 } arn)
        {
            error = "'StateMachineArn' is missing: give the name of a workflow, or an ARN that ends in it.";
            return null;
        }

        try
        {
            return new(attempt, NameIn(arn), Text(payload, "Name"), InputIn(payload));
        }
        catch (JsonException e)
        {
            error = $"'Input' is a text that is not JSON: {e.Message}";
            return null;
        }
    }

    /// <summary>What a call that does not wait gets.</summary>
    public static JsonElement Started(WorkflowRun child) =>
        JsonSerializer.SerializeToElement(new { ExecutionArn = child.RunId, StartDate = child.StartedAt.ToUnixTimeMilliseconds() });

    /// <summary>What a call that waits gets when the run has ended: Input and Output as JSON with <c>.sync:2</c>, else as texts of JSON.</summary>
    public Signal Ended(WorkflowRun child)
    {
        var included = new { Included = true };
        var report = new Dictionary<string, object?>
        {
            ["ExecutionArn"] = child.RunId,
            ["Input"] = Shown(child.Input),
            ["InputDetails"] = included,
            ["Name"] = child.Name,
        };
        if (child.State == RunState.Succeeded)
        {
            report["Output"] = Shown(child.Output);
            report["OutputDetails"] = included;
        }

        if (child.Error is not null)
            report["Error"] = child.Error;
        if (child.Cause is not null)
            report["Cause"] = child.Cause;
        report["StartDate"] = child.StartedAt.ToUnixTimeMilliseconds();
        report["StateMachineArn"] = Workflow;
        report["Status"] = child.State == RunState.TimedOut ? "TIMED_OUT" : child.State.ToString().ToUpperInvariant();
        report["StopDate"] = (child.StartedAt + child.Duration).ToUnixTimeMilliseconds();
        return child.State == RunState.Succeeded
            ? new Signal.TaskSucceeded(Attempt.Token, JsonSerializer.SerializeToElement(report))
            : new Signal.TaskFailed(Attempt.Token, "States.TaskFailed", JsonSerializer.Serialize(report, Plain));
    }

    private object Shown(JsonElement value) => Attempt.Resource.EndsWith(".sync:2", StringComparison.Ordinal) ? value : value.GetRawText();

    /// <summary>The name in the ARN of a workflow, without version or alias; anything else is the name itself.</summary>
    private static string NameIn(string arn) =>
        arn.IndexOf(":stateMachine:", StringComparison.Ordinal) is var at and >= 0 ? arn[(at + ":stateMachine:".Length)..].Split(':')[0] : arn;

    private static JsonElement InputIn(JsonElement payload) => payload.TryGetProperty("Input", out var input) switch
    {
        true when input.ValueKind == JsonValueKind.String => JsonElement.Parse(input.GetString()!),
        true when input.ValueKind != JsonValueKind.Null => input,
        _ => JsonElement.Parse("{}"),
    };

    private static string? Text(JsonElement payload, string name) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
