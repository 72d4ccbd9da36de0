using System.Text.Json;

namespace Flow.Chaos.Tests;

/// <summary>The workflow under load: a chain with retries, a Parallel, a Map, a Wait, a node with a timeout and heartbeats, and one that outlasts its delivery and goes on under a lease.</summary>
internal static class Workload
{
    public const string Workflow = "chaos";

    /// <summary>Task nodes that succeed in a run, counting each iteration of the Map.</summary>
    public const int TasksOfARun = 8;

    // With a growing interval: attempts that time out in a queue and are made again at once would keep the queue long for ever.
    private const string Retry = """[ { "ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "BackoffRate": 2, "MaxDelaySeconds": 15, "JitterStrategy": "FULL", "MaxAttempts": 1000 } ]""";

    public const string Definition = $$"""
        {
          "StartAt": "First",
          "States": {
            "First": {
              "Type": "Task", "Resource": "flow:chaos/step", "TimeoutSeconds": 4, "Retry": {{Retry}},
              "Parameters": { "value.$": "$.n" }, "ResultPath": "$.first", "Next": "Both"
            },
            "Both": {
              "Type": "Parallel", "ResultPath": "$.both", "Next": "Slow",
              "Branches": [
                {
                  "StartAt": "Wait",
                  "States": {
                    "Wait": { "Type": "Wait", "Seconds": 1, "Next": "Flaky" },
                    "Flaky": {
                      "Type": "Task", "Resource": "flow:chaos/flaky", "TimeoutSeconds": 4, "Retry": {{Retry}},
                      "Parameters": { "value.$": "$.n" }, "End": true
                    }
                  }
                },
                {
                  "StartAt": "Each",
                  "States": {
                    "Each": {
                      "Type": "Map", "ItemsPath": "$.items", "ItemSelector": { "value.$": "$$.Map.Item.Value" }, "End": true,
                      "ItemProcessor": {
                        "StartAt": "Item",
                        "States": {
                          "Item": { "Type": "Task", "Resource": "flow:chaos/step", "TimeoutSeconds": 4, "Retry": {{Retry}}, "End": true }
                        }
                      }
                    }
                  }
                }
              ]
            },
            "Slow": {
              "Type": "Task", "Resource": "flow:chaos/slow", "TimeoutSeconds": 4, "HeartbeatSeconds": 3, "Retry": {{Retry}},
              "Parameters": { "value.$": "$.n", "milliseconds": 400 }, "ResultPath": "$.slow", "Next": "Long"
            },
            "Long": {
              "Type": "Task", "Resource": "flow:chaos/long", "Retry": {{Retry}},
              "Parameters": { "value.$": "$.n", "milliseconds": 1600 }, "ResultPath": "$.long", "End": true
            }
          }
        }
        """;

    public static string Input(int n) => $$"""{"n":{{n}},"items":[{{n}},0,1,2]}""";

    /// <param name="n">The number of the run's input.</param>
    /// <param name="output">Its output.</param>
    /// <param name="hasLong">Whether the version it ran on has the last node.</param>
    public static bool IsRight(int n, string? output, bool hasLong = true) => output is not null && JsonElement.DeepEquals(
        JsonElement.Parse(output),
        JsonElement.Parse($$"""{"n":{{n}},"items":[{{n}},0,1,2],"first":{{n}},"both":[{{n}},[{{n}},0,1,2]],"slow":{{n}}{{(hasLong ? $",\"long\":{n}" : "")}}}"""));
}
