namespace Flow.EndToEnd.Tests;

/// <summary>Definitions the tests register.</summary>
internal static class Workflows
{
    /// <summary>Two nodes: a Pass and a Task.</summary>
    public const string Greeting = """
        {
          "StartAt": "Prepare",
          "States": {
            "Prepare": { "Type": "Pass", "Parameters": { "greeting.$": "States.Format('Hello {}', $.name)" }, "Next": "Say" },
            "Say": { "Type": "Task", "Resource": "flow:echo", "End": true }
          }
        }
        """;

    /// <summary>Six nodes, one of them a Map over twenty items with a task each.</summary>
    public const string Wide = """
        {
          "StartAt": "Number",
          "States": {
            "Number": { "Type": "Pass", "Parameters": { "items.$": "States.ArrayRange(1, 20, 1)", "n.$": "$.n" }, "Next": "First" },
            "First": { "Type": "Task", "Resource": "flow:echo", "Next": "Big" },
            "Big": { "Type": "Choice", "Choices": [ { "Variable": "$.n", "NumericGreaterThanEquals": 0, "Next": "Each" } ], "Default": "Never" },
            "Never": { "Type": "Fail", "Error": "Wrong", "Cause": "n is negative" },
            "Each": {
              "Type": "Map",
              "ItemsPath": "$.items",
              "ItemSelector": { "item.$": "$$.Map.Item.Value", "n.$": "$.n" },
              "ItemProcessor": {
                "StartAt": "Work",
                "States": { "Work": { "Type": "Task", "Resource": "flow:echo", "ResultSelector": { "v.$": "$.item" }, "OutputPath": "$.v", "End": true } }
              },
              "ResultPath": "$.results",
              "Next": "Last"
            },
            "Last": { "Type": "Task", "Resource": "flow:echo", "Parameters": { "n.$": "$.n", "results.$": "$.results" }, "End": true }
          }
        }
        """;
}
