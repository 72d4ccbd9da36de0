using System.Text.Json;

namespace Flow.Chaos.Tests;

/// <summary>The workflows of the upgrade's runs: whatever can hold a run open.</summary>
internal static class UpgradeWorkflows
{
    public const string Waiting = "waiting";
    public const string Callback = "callback";
    public const string Parent = "parent";

    /// <summary>What the holder of a token answers.</summary>
    public const string Answer = "called back";

    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        [Workload.Workflow] = Workload.Definition,
        [Waiting] = """
            {
              "StartAt": "Wait",
              "States": {
                "Wait": { "Type": "Wait", "Seconds": 90, "Next": "Step" },
                "Step": { "Type": "Task", "Resource": "flow:chaos/step", "Parameters": { "value.$": "$.n" }, "ResultPath": "$.first", "End": true }
              }
            }
            """,
        [Callback] = """
            {
              "StartAt": "Callback",
              "States": {
                "Callback": {
                  "Type": "Task", "Resource": "flow:chaos/hold", "Parameters": { "value.$": "$.n" }, "ResultPath": "$.first", "End": true
                }
              }
            }
            """,
        [Parent] = """
            {
              "StartAt": "Child",
              "States": {
                "Child": {
                  "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
                  "Parameters": { "StateMachineArn": "chaos", "Input": { "n.$": "$.n", "items.$": "$.items" } },
                  "ResultSelector": { "child.$": "$.Output" }, "OutputPath": "$.child", "End": true
                }
              }
            }
            """,
    };

    public static bool IsRight(string workflow, int n, string? output) => workflow switch
    {
        Waiting => Is(n, $"{n}", output),
        Callback => Is(n, $"\"{Answer}\"", output),
        _ => Workload.IsRight(n, output) || Workload.IsRight(n, output, hasLong: false),
    };

    /// <summary>The message of whoever holds the token that this effect was given.</summary>
    public static QueuedMessage AnswerTo(Effect effect) => new(
        "flow-node-succeeded",
        "application/json",
        null,
        JsonSerializer.SerializeToElement(new { effect.RunId, effect.ScopeId, effect.Token, Output = Answer }, JsonSerializerOptions.Web));

    private static bool Is(int n, string first, string? output) => output is not null
        && JsonElement.DeepEquals(JsonElement.Parse(output), JsonElement.Parse($$"""{"n":{{n}},"items":[{{n}},0,1,2],"first":{{first}}}"""));
}
