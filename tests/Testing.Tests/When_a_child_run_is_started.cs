using System.Text.Json;

namespace Flow.Testing.Tests;

public sealed class When_a_child_run_is_started
{
    private static readonly WorkflowTest Pack = WorkflowTest.FromText("""
        { "StartAt": "Pack", "States": { "Pack": { "Type": "Task", "Resource": "flow:pack", "Next": "Rest" }, "Rest": { "Type": "Wait", "Seconds": 30, "End": true } } }
        """);

    private static WorkflowTest Parent(string resource, string more = "") => WorkflowTest.FromText($$"""
        { "StartAt": "Start", "States": { "Start": { "Type": "Task", "Resource": "arn:aws:states:::states:startExecution{{resource}}", {{more}}
          "Parameters": { "StateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:pack", "Input.$": "$", "Name": "pack-7" }, "End": true } } }
        """).WithChild("pack", Pack);

    [Fact]
    public void Should_wait_for_its_output_as_JSON()
    {
        var run = Parent(".sync:2").Handle("pack", attempt => attempt.Payload).Run(new { id = 7 });

        run.ShouldSucceed().Duration.ShouldBe(TimeSpan.FromSeconds(30));
        run.Output.GetProperty("Output").GetProperty("id").GetInt32().ShouldBe(7);
        (run.Output.GetProperty("Status").GetString(), run.Output.GetProperty("Name").GetString()).ShouldBe(("SUCCEEDED", "pack-7"));
        var child = run.Children.ShouldHaveSingleItem().ShouldSucceed(new { id = 7 }).ShouldTake("Pack", "Rest");
        (child.Workflow, child.Name).ShouldBe(("pack", "pack-7"));
        run.Output.GetProperty("ExecutionArn").GetString().ShouldBe(child.RunId.ToString());
    }

    [Fact]
    public void Should_wait_for_its_output_as_text() =>
        Parent(".sync").Handle("pack", attempt => attempt.Payload).Run(new { id = 7 }).Output.GetProperty("Output").GetString().ShouldBe("""{"id":7}""");

    [Fact]
    public void Should_not_wait_when_only_the_start_counts()
    {
        var run = Parent("").Handle("pack", attempt => attempt.Payload).Run(new { id = 7 }).ShouldSucceed();

        run.Duration.ShouldBe(TimeSpan.Zero);
        run.Output.GetProperty("ExecutionArn").GetString().ShouldBe(run.Children[0].RunId.ToString());
        run.Children[0].ShouldSucceed(new { id = 7 }).Duration.ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Should_fail_with_a_description_when_it_fails()
    {
        var run = Parent(".sync:2").WithChild("pack", Pack.Fail("pack", "Box.Torn", "wet")).Run(new { id = 7 }).ShouldFail("States.TaskFailed");

        var cause = JsonElement.Parse(run.Cause!);
        (cause.GetProperty("Error").GetString(), cause.GetProperty("Cause").GetString(), cause.GetProperty("Status").GetString(), cause.GetProperty("Input").GetRawText())
            .ShouldBe(("Box.Torn", "wet", "FAILED", """{"id":7}"""));
    }

    [Fact]
    public void Should_be_stopped_when_the_attempt_that_waits_for_it_times_out()
    {
        var run = Parent(".sync:2", "\"TimeoutSeconds\": 10,").Handle("pack", attempt => attempt.Payload).Run(new { id = 7 }).ShouldFail("States.Timeout");

        run.Children[0].State.ShouldBe(RunState.Cancelled);
        run.Duration.ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Should_start_children_of_its_own()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "C", "States": {
              "C": { "Type": "Choice", "Choices": [ { "Variable": "$.depth", "NumericEquals": 0, "Next": "Pack" } ], "Default": "Deeper" },
              "Deeper": { "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
                "Parameters": { "StateMachineArn": "pack", "Input": { "depth.$": "States.MathAdd($.depth, -1)" } }, "OutputPath": "$.Output", "End": true },
              "Pack": { "Type": "Task", "Resource": "flow:pack", "End": true } } }
            """).Handle("pack", _ => "packed") is var self
            ? self.WithChild("pack", self).Run(new { depth = 3 })
            : throw new InvalidOperationException();

        run.ShouldSucceed("packed");
        run.Children[0].Children[0].Children[0].ShouldTake("C", "Pack");
    }

    [Theory]
    [InlineData("{}", "'StateMachineArn' is missing")]
    [InlineData("""{"StateMachineArn":"pack","Input":"{"}""", "'Input' is a text that is not JSON")]
    public void Should_fail_the_attempt_when_the_call_is_none(string payload, string cause)
    {
        var run = WorkflowTest.FromText("""{ "StartAt": "S", "States": { "S": { "Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "End": true } } }""")
            .WithChild("pack", Pack).Run(JsonElement.Parse(payload)).ShouldFail("StepFunctions.ValidationException");

        run.Cause!.ShouldStartWith(cause);
    }

    [Fact]
    public void Should_name_the_line_that_the_test_lacks() => Should.Throw<WorkflowTestException>(() => WorkflowTest.FromText("""
        { "StartAt": "S", "States": { "S": { "Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "Parameters": { "StateMachineArn": "bill" }, "End": true } } }
        """).Run()).Message.ShouldContain(""".WithChild("bill", WorkflowTest.FromFile("bill.asl.json"))""");
}
