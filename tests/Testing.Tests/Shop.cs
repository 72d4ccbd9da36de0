namespace Flow.Testing.Tests;

/// <summary>The workflow that most of these tests run.</summary>
internal static class Shop
{
    public static readonly WorkflowTest Test = WorkflowTest.FromText("""
        { "StartAt": "Charge", "TimeoutSeconds": 86400, "States": {
          "Charge": { "Type": "Task", "Resource": "flow:pay/charge", "Assign": { "receipt.$": "$.receipt" }, "ResultPath": "$.charged", "Next": "Ship" },
          "Ship": { "Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:ship:live", "TimeoutSeconds": 60, "HeartbeatSeconds": 20,
            "Retry": [ { "ErrorEquals": [ "Carrier.Down", "States.Timeout" ], "IntervalSeconds": 5, "BackoffRate": 3, "MaxAttempts": 2 } ],
            "Catch": [ { "ErrorEquals": [ "States.ALL" ], "ResultPath": "$.problem", "Next": "Refund" } ], "ResultPath": "$.parcel", "End": true },
          "Refund": { "Type": "Fail", "ErrorPath": "$.problem.Error", "Cause": "refunded" } } }
        """);

    public static readonly WorkflowTest Paying = Test.Handle("charge", _ => new { receipt = "R-1" });
}
