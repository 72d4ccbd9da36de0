using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 45
public sealed class When_a_run_has_a_time_limit
{
    private static WorkflowTest Limited(string states, string startAt) => WorkflowTest.FromText($$"""{ "StartAt": "{{startAt}}", "TimeoutSeconds": 60, "States": { {{states}} } }""");

    private static WorkflowTest Task(string more = "") => Limited($$"""
        "T": { "Type": "Task", "Resource": "flow:t", {{more}} "Catch": [ { "ErrorEquals": [ "States.ALL" ], "Next": "Caught" } ], "End": true }, "Caught": { "Type": "Succeed" }
        """, "T");

    [Fact]
    public void Should_end_it_whatever_its_nodes_catch()
    {
        var run = Task().Hang("t").Run().ShouldTimeOut().ShouldTake("T");

        run.Duration.TotalSeconds.ShouldBe(60);
        (run.Error, run.History[^1].Event.Type).ShouldBe(("States.Timeout", "ExecutionTimedOut"));
        run.Waiting.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(59.999, true)]
    [InlineData(60, true)]
    [InlineData(60.001, false)]
    public void Should_count_what_comes_at_the_very_moment_as_in_time(double seconds, bool isInTime) =>
        Task().Handle("t", _ => Reply.Return(1).After(seconds)).Run().State.ShouldBe(isInTime ? RunState.Succeeded : RunState.TimedOut);

    [Fact]
    public void Should_end_a_wait() => Limited("""
        "W": { "Type": "Wait", "Seconds": 61, "End": true }
        """, "W").Run().ShouldTimeOut().Duration.TotalSeconds.ShouldBe(60);

    [Fact]
    public void Should_end_the_delay_of_a_retry()
    {
        var run = Task("\"Retry\": [ { \"ErrorEquals\": [ \"States.ALL\" ], \"IntervalSeconds\": 25, \"MaxAttempts\": 9 } ],").Fail("t", "E").Run().ShouldTimeOut();

        run.Dispatches("T").ShouldBe([0, 25]);
        run.Duration.TotalSeconds.ShouldBe(60);
    }

    [Fact]
    public void Should_end_branches_and_iterations()
    {
        var run = Limited("""
            "P": { "Type": "Parallel", "End": true, "Branches": [
              { "StartAt": "M", "States": { "M": { "Type": "Map", "MaxConcurrency": 1, "End": true, "ItemProcessor": { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "End": true } } } } } },
              { "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": 600, "End": true } } } ] }
            """, "P").Handle("t", _ => Reply.Return(1).After(25)).Run(new[] { 1, 2, 3, 4 }).ShouldTimeOut();

        run.Dispatches("T").ShouldBe([0, 25, 50]);
        run.Attempts("T").Select(a => a.State).ShouldBe([AttemptState.Succeeded, AttemptState.Succeeded, AttemptState.Cancelled]);
    }

    [Fact]
    public void Should_leave_a_run_alone_that_has_ended() => Task().Handle("t", _ => 1).Start().Advance(TimeSpan.FromHours(1)).ShouldSucceed(1).Duration.ShouldBe(TimeSpan.Zero);

    [Fact]
    public void Should_end_a_loop_that_waits()
    {
        var run = Limited("""
            "W": { "Type": "Wait", "Seconds": 7, "Next": "C" },
            "C": { "Type": "Choice", "Choices": [ { "Variable": "$.stop", "IsPresent": true, "Next": "S" } ], "Default": "W" }, "S": { "Type": "Succeed" }
            """, "W").Run().ShouldTimeOut();

        run.Path.Count(node => node == "W").ShouldBe(9);
    }
}
