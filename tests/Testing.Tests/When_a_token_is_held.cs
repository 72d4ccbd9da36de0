namespace Flow.Testing.Tests;

public sealed class When_a_token_is_held
{
    private static readonly WorkflowTest Approval = WorkflowTest.FromText("""
        { "StartAt": "Ask", "States": {
          "Ask": { "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "HeartbeatSeconds": 3600,
            "Parameters": { "MessageBody": { "token.$": "$$.Task.Token" } }, "Catch": [ { "ErrorEquals": [ "Refused", "States.HeartbeatTimeout" ], "Next": "No" } ], "End": true },
          "No": { "Type": "Pass", "OutputPath": "$.Error", "End": true } } }
        """).Hold("sqs:sendMessage");

    [Fact]
    public void Should_go_on_when_the_test_completes_it()
    {
        var run = Approval.Start().ShouldWaitAt("Ask");
        run.Advance(TimeSpan.FromMinutes(50));
        var ask = run.Attempts("Ask")[0];
        ask.State.ShouldBe(AttemptState.Outstanding);
        ask.Payload.GetProperty("MessageBody").GetProperty("token").GetString().ShouldBe(ask.TaskToken);

        ask.Succeed(new { by = "ada" });

        run.ShouldSucceed(new { by = "ada" }).Duration.ShouldBe(TimeSpan.FromMinutes(50));
        run.History.Select(h => h.Event.Type).ShouldContain("TaskSubmitted");
    }

    [Fact]
    public void Should_fail_when_the_test_says_so()
    {
        var run = Approval.Start();
        run.Attempts("Ask")[0].Fail("Refused");

        run.ShouldSucceed("Refused").ShouldTake("Ask", "No");
    }

    [Fact]
    public void Should_time_out_an_hour_after_the_last_heartbeat()
    {
        var run = Approval.Start();
        run.Advance(TimeSpan.FromMinutes(50)).Attempts("Ask")[0].Heartbeat();

        run.Finish().ShouldSucceed("States.Timeout").Duration.ShouldBe(TimeSpan.FromMinutes(110));
    }

    [Fact]
    public void Should_ignore_an_answer_that_is_late_or_comes_twice()
    {
        var run = Approval.Start();
        var ask = run.Attempts("Ask")[0];
        ask.Succeed(1);
        ask.Succeed(2);
        ask.Fail("Refused");

        run.Finish().ShouldSucceed(1);
    }

    [Fact]
    public void Should_wait_for_ever_when_nobody_answers() => WorkflowTest.FromText("""
        { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "End": true } } }
        """).Hold("a").Run().ShouldWaitAt("A");
}
