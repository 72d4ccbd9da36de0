using static Flow.StatesLanguage.Tests.Interpreting.Scene;

namespace Flow.StatesLanguage.Tests.Interpreting;

// capability 14, 105, 109, 111
public class When_a_task_fails
{
    private const string Retried = """
        { "StartAt": "A", "States": {
          "A": { "Type": "Task", "Resource": "flow:a", "Parameters": { "try.$": "$$.State.RetryCount" }, "End": true,
            "Retry": [ { "ErrorEquals": [ "Slow" ], "IntervalSeconds": 5, "MaxAttempts": 2, "BackoffRate": 3 }, { "ErrorEquals": [ "States.ALL" ], "IntervalSeconds": 1, "MaxAttempts": 1 } ],
            "Catch": [ { "ErrorEquals": [ "Gone" ], "Next": "B", "ResultPath": "$.error" }, { "ErrorEquals": [ "States.TaskFailed" ], "Next": "C" } ] },
          "B": { "Type": "Pass", "End": true },
          "C": { "Type": "Succeed" } } }
        """;

    private static Signal Failure(Scene scene, string? error, string? cause = "why") => new Signal.TaskFailed(scene.Token, error, cause);

    private static Signal Elapsed(Scene scene) => new Signal.TimerElapsed(scene.Token, TimerKind.Retry);

    [Fact]
    public void Should_retry_after_the_backoff_then_catch()
    {
        var scene = new Scene(Retried, """{"x":1}""");
        scene.Begin().ShouldBe(["""dispatch t1 A flow:a {"try":0} #1"""]);
        scene.TellAll(Failure(scene, "Slow")).ShouldBe(["record TaskFailed A", "timer t2 Retry +5s"]);
        scene.TellAll(Elapsed(scene)).ShouldBe(["record TaskScheduled A", """dispatch t3 A flow:a {"try":1} #2"""]);
        scene.Tell(Failure(scene, "Slow")).ShouldBe(["timer t4 Retry +15s"]);
        scene.Tell(Elapsed(scene)).ShouldBe(["""dispatch t5 A flow:a {"try":2} #3"""]);
        scene.TellAll(Failure(scene, "Slow")).ShouldBe([
            "record TaskFailed A",
            "record TaskStateExited A",
            "record SucceedStateEntered C",
            "record SucceedStateExited C",
            "record ExecutionSucceeded",
            """succeed {"Error":"Slow","Cause":"why"}""",
        ]);
    }

    [Fact]
    public void Should_count_every_retrier_for_itself()
    {
        var scene = new Scene(Retried);
        scene.Begin();
        scene.Tell(Failure(scene, "Slow")).ShouldBe(["timer t2 Retry +5s"]);
        scene.Tell(Elapsed(scene));
        scene.Tell(Failure(scene, "Other")).ShouldBe(["timer t4 Retry +1s"]);
        scene.Scope.Retries.ShouldBe([1, 1]);
        scene.Tell(Elapsed(scene));
        scene.Tell(Failure(scene, "Slow")).ShouldBe(["timer t6 Retry +15s"]);
    }

    [Fact]
    public void Should_place_the_caught_error_into_the_raw_input()
    {
        var scene = new Scene(Retried, """{"x":1}""");
        scene.Begin();
        scene.Tell(Failure(scene, "Gone"));
        scene.Tell(Elapsed(scene));

        scene.Tell(Failure(scene, "Gone")).ShouldBe(["""succeed {"x":1,"error":{"Error":"Gone","Cause":"why"}}"""]);
    }

    [Fact]
    public void Should_dead_letter_the_last_attempt_when_nothing_catches_it()
    {
        var scene = new Scene("""{ "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "End": true, "Retry": [ { "ErrorEquals": [ "Never" ] } ] } } }""", "[1]");
        scene.Begin();

        scene.TellAll(Failure(scene, "Bad")).ShouldBe([
            "record TaskFailed A",
            "dead letter t1 A flow:a [1] attempts=1 Bad: why",
            "record ExecutionFailed",
            "fail Bad: why",
        ]);
        scene.Scope.Status.ShouldBe(ScopeStatus.Failed);
    }

    [Theory]
    [InlineData("States.ALL", "Anything", true)]
    [InlineData("States.ALL", null, true)]
    [InlineData("States.TaskFailed", "Anything", true)]
    [InlineData("States.TaskFailed", "States.Timeout", false)]
    [InlineData("States.Timeout", "States.Timeout", true)]
    [InlineData("States.ALL", "States.Runtime", false)]
    [InlineData("States.Runtime", "States.Runtime", false)]
    [InlineData("States.ALL", "States.DataLimitExceeded", true)]
    [InlineData("Some", "Someone", false)]
    public void Should_catch_what_its_ErrorEquals_names(string named, string? error, bool isCaught)
    {
        var scene = new Scene($$"""
            { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "End": true, "Catch": [ { "ErrorEquals": [ "{{named}}" ], "Next": "B" } ] }, "B": { "Type": "Succeed" } } }
            """);
        scene.Begin();
        scene.Tell(Failure(scene, error));

        scene.Scope.Status.ShouldBe(isCaught ? ScopeStatus.Succeeded : ScopeStatus.Failed);
    }

    [Fact]
    public void Should_give_a_caught_timeout_an_empty_cause()
    {
        var scene = new Scene("""
            { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "HeartbeatSeconds": 3, "End": true,
              "Catch": [ { "ErrorEquals": [ "States.HeartbeatTimeout" ], "Next": "B" } ] }, "B": { "Type": "Succeed" } } }
            """);
        scene.Begin();

        scene.Now = Start.AddSeconds(3);
        scene.Tell(new Signal.TimerElapsed(scene.Token, TimerKind.Heartbeat)).ShouldBe(["cancel timers t1", """succeed {"Error":"States.Timeout","Cause":""}"""]);
    }

    [Fact]
    public void Should_not_retry_when_MaxAttempts_is_0()
    {
        var scene = new Scene("""{ "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "End": true, "Retry": [ { "ErrorEquals": [ "States.ALL" ], "MaxAttempts": 0 } ] } } }""");
        scene.Begin();

        scene.Tell(Failure(scene, "Bad")).ShouldBe(["dead letter t1 A flow:a {} attempts=1 Bad: why", "fail Bad: why"]);
    }

    [Fact]
    public void Should_fail_the_scope_when_the_catcher_cannot_place_the_error()
    {
        var scene = new Scene("""
            { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "End": true, "Catch": [ { "ErrorEquals": [ "States.ALL" ], "Next": "B", "ResultPath": "$.e" } ] }, "B": { "Type": "Succeed" } } }
            """, "[1]");
        scene.Begin();

        scene.Tell(Failure(scene, "Bad")).Single().ShouldStartWith("fail States.ResultPathMatchFailure: ");
    }
}
