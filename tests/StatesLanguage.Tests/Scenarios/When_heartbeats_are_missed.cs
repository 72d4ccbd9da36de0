using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 97
public sealed class When_heartbeats_are_missed
{
    private static readonly WorkflowTest Test = WorkflowTest.FromText("""
        { "StartAt": "T", "States": {
          "T": { "Type": "Task", "Resource": "flow:t", "TimeoutSeconds": 100, "HeartbeatSeconds": 30, "End": true,
            "Catch": [ { "ErrorEquals": [ "States.HeartbeatTimeout" ], "Next": "Heartbeat" }, { "ErrorEquals": [ "States.Timeout" ], "Next": "Timeout" } ] },
          "Heartbeat": { "Type": "Pass", "End": true }, "Timeout": { "Type": "Pass", "End": true } } }
        """);

    // An answer after so long (0: none), with heartbeats every so often (0: none), until so late for one that hangs; how it ends, and when.
    [Theory]
    [InlineData(29, 0, 0, "T", 29)]
    [InlineData(30, 0, 0, "T", 30)]
    [InlineData(31, 0, 0, "Heartbeat", 30)]
    [InlineData(100, 20, 0, "T", 100)]
    [InlineData(101, 20, 0, "Timeout", 100)]
    [InlineData(90, 30, 0, "T", 90)]
    [InlineData(90, 31, 0, "Heartbeat", 30)]
    [InlineData(0, 20, 61, "Heartbeat", 90)]
    [InlineData(0, 20, 500, "Timeout", 100)]
    [InlineData(0, 0, 0, "Heartbeat", 30)]
    public void Should_end_the_attempt_when_the_next_one_is_late(double answer, double beats, double until, string end, double endsAt)
    {
        var reply = answer > 0 ? Reply.Return(1).After(answer) : Reply.Hang.After(until);
        var run = Test.Handle("t", _ => beats > 0 ? reply.Beating(TimeSpan.FromSeconds(beats)) : reply).Run();

        run.Path[^1].ShouldBe(end);
        run.Duration.TotalSeconds.ShouldBe(endsAt);
        run.ShouldSucceed(end == "T" ? 1 : new { Error = "States.Timeout", Cause = "" }.ToJson());
    }

    [Fact]
    public void Should_begin_anew_with_the_next_attempt()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "HeartbeatSeconds": 10, "End": true,
              "Retry": [ { "ErrorEquals": [ "States.HeartbeatTimeout" ], "IntervalSeconds": 5, "BackoffRate": 1 } ] } } }
            """).Handle("t", Reply.Hang, Reply.Hang.Beating(TimeSpan.FromSeconds(9)).After(10), Reply.Return(1).After(10)).Run().ShouldSucceed(1);

        // Missed at 10; again from 15, heard at 24, missed at 34; again from 39.
        run.Dispatches("T").ShouldBe([0, 15, 39]);
        run.Duration.TotalSeconds.ShouldBe(49);
    }

    [Fact]
    public void Should_mean_nothing_where_none_are_asked_for() => WorkflowTest.FromText("""
        { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "TimeoutSeconds": 25, "End": true } } }
        """).Handle("t", _ => Reply.Hang.Beating(TimeSpan.FromSeconds(10)).After(600)).Run().ShouldFail("States.Timeout").Duration.TotalSeconds.ShouldBe(25);
}
