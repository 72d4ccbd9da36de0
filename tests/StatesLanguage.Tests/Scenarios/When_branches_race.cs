using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 21, 22
public sealed class When_branches_race
{
    /// <summary>Three branches of one Task each, served by handlers a, b and c; then S, or on an error that is caught C.</summary>
    private static WorkflowTest Three(string more = "") => WorkflowTest.FromText($$"""
        { "StartAt": "P", "States": {
          "P": { "Type": "Parallel", {{more}} "Next": "S",
            "Branches": [
              { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "End": true } } },
              { "StartAt": "B", "States": { "B": { "Type": "Task", "Resource": "flow:b", "Next": "B2" }, "B2": { "Type": "Pass", "End": true } } },
              { "StartAt": "C", "States": { "C": { "Type": "Task", "Resource": "flow:c", "TimeoutSeconds": 600, "End": true } } } ],
            "Catch": [ { "ErrorEquals": [ "Caught" ], "ResultPath": "$.error", "Next": "Mended" } ] },
          "S": { "Type": "Succeed" }, "Mended": { "Type": "Pass", "End": true } } }
        """);

    private static Reply Takes(double seconds, object? output) => Reply.Return(output).After(seconds);

    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(3, 2, 1)]
    [InlineData(2, 3, 1)]
    [InlineData(0, 0, 0)]
    public void Should_order_the_outputs_by_branch_whoever_ends_first(int a, int b, int c)
    {
        var run = Three().Handle("a", _ => Takes(a, "a")).Handle("b", _ => Takes(b, "b")).Handle("c", _ => Takes(c, "c")).Run();

        run.ShouldSucceed(new[] { "a", "b", "c" }).Duration.TotalSeconds.ShouldBe(Math.Max(a, Math.Max(b, c)));
        run.Path.Take(4).ShouldBe(["P", "A", "B", "C"]);
    }

    [Fact]
    public void Should_cancel_the_others_at_once_when_one_fails()
    {
        var run = Three().Handle("a", _ => Takes(50, "a")).Handle("b", _ => Reply.Fail("E", "why").After(5)).Handle("c", _ => Reply.Hang).Run();

        run.ShouldFail("E", "why").ShouldTake("P", "A", "B", "C").Duration.TotalSeconds.ShouldBe(5);
        run.Attempts().Select(a => a.State).ShouldBe([AttemptState.Cancelled, AttemptState.Failed, AttemptState.Cancelled]);
        run.History.Select(h => h.Event.Type).TakeLast(3).ShouldBe(["TaskFailed", "ParallelStateFailed", "ExecutionFailed"]);
    }

    [Fact]
    public void Should_catch_the_error_of_a_branch_and_drop_what_the_others_made()
    {
        var run = Three().Handle("a", _ => Takes(1, "a")).Handle("b", _ => Reply.Fail("Caught", "why").After(5)).Handle("c", _ => Takes(9, "c")).Run(new { id = 7 });

        run.ShouldSucceed(new { id = 7, error = new { Error = "Caught", Cause = "why" } }.ToJson()).Duration.TotalSeconds.ShouldBe(5);
        run.Attempts().Select(a => a.State).ShouldBe([AttemptState.Succeeded, AttemptState.Failed, AttemptState.Cancelled]);
    }

    [Fact]
    public void Should_take_the_error_that_comes_first()
    {
        Three().Fail("a", "First").Fail("b", "Second").Handle("c", _ => Takes(1, 1)).Run().ShouldFail("First");
        Three().Handle("a", _ => Reply.Fail("Second").After(2)).Handle("b", _ => Reply.Fail("First").After(1)).Hang("c").Run().ShouldFail("First");
    }

    [Fact]
    public void Should_run_all_branches_again_when_it_is_retried()
    {
        var run = Three("\"Retry\": [ { \"ErrorEquals\": [ \"E\" ], \"IntervalSeconds\": 10, \"MaxAttempts\": 2 } ],")
            .Handle("a", a => Takes(1, a.At.TotalSeconds))
            .Handle("b", Reply.Fail("E").After(3), Reply.Fail("E").After(3), Takes(3, "b"))
            .Handle("c", _ => Takes(5, "c"))
            .Run();

        // 3 s, then 10 s of delay, 3 s, then 20 s, then 5 s until the slowest.
        run.ShouldSucceed(new object[] { 36, "b", "c" }).Duration.TotalSeconds.ShouldBe(41);
        foreach (var node in new[] { "A", "B", "C" })
            run.Dispatches(node).ShouldBe([0, 13, 36]);
        run.Attempts().Select(a => a.Number).ShouldAllBe(number => number == 1);
        run.Attempts("C").Select(a => a.State).ShouldBe([AttemptState.Cancelled, AttemptState.Cancelled, AttemptState.Succeeded]);
    }

    [Fact]
    public void Should_retry_first_and_catch_when_that_is_spent()
    {
        var run = Three("\"Retry\": [ { \"ErrorEquals\": [ \"States.ALL\" ], \"IntervalSeconds\": 1, \"MaxAttempts\": 1 } ],")
            .Handle("a", _ => 1).Fail("b", "Caught").Handle("c", _ => 1).Run(new { });

        run.ShouldSucceed().ShouldTake("P", "A", "B", "C", "A", "B", "C", "Mended");
    }

    [Fact]
    public void Should_fail_when_a_branch_reaches_a_Fail() => WorkflowTest.FromText("""
        { "StartAt": "P", "States": { "P": { "Type": "Parallel", "End": true, "Branches": [
          { "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": 60, "End": true } } },
          { "StartAt": "F", "States": { "F": { "Type": "Fail", "Error": "E", "Cause": "because" } } } ] } } }
        """).Run().ShouldFail("E", "because").Duration.ShouldBe(TimeSpan.Zero);

    [Fact]
    public void Should_time_out_one_branch_by_the_limit_of_its_task()
    {
        var run = Three().Handle("a", _ => 1).Handle("b", _ => 1).Hang("c").Run().ShouldFail("States.Timeout");

        run.Duration.TotalSeconds.ShouldBe(600);
    }

    [Fact]
    public void Should_cancel_what_is_nested_in_the_branches_that_are_given_up()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "P", "States": { "P": { "Type": "Parallel", "Next": "W", "Catch": [ { "ErrorEquals": [ "E" ], "Next": "W" } ], "Branches": [
              { "StartAt": "M", "States": { "M": { "Type": "Map", "ItemsPath": "$", "End": true, "ItemProcessor": { "StartAt": "Q", "States": {
                "Q": { "Type": "Parallel", "End": true, "Branches": [ { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "Retry": [ { "ErrorEquals": [ "States.ALL" ] } ], "End": true } } } ] } } } } } },
              { "StartAt": "X", "States": { "X": { "Type": "Task", "Resource": "flow:x", "End": true } } } ] },
              "W": { "Type": "Wait", "Seconds": 1000, "End": true } } }
            """).Handle("t", a => a.Payload.GetInt32() == 0 ? Reply.Fail("Slow").After(4.5) : Takes(50, 1)).Handle("x", _ => Reply.Fail("E").After(5)).Run(new[] { 0, 1 });

        // The retry of one iteration was due at 5.5 s, the answer of the other at 50 s: neither is heard of again.
        run.ShouldSucceed().Duration.TotalSeconds.ShouldBe(1005);
        run.Attempts("T").Select(a => a.State).ShouldBe([AttemptState.Failed, AttemptState.Cancelled]);
    }

    [Fact]
    public void Should_give_every_branch_the_same_input_and_shape_the_outputs_together()
    {
        var run = Three("\"Parameters\": { \"n.$\": \"$.n\" }, \"ResultSelector\": { \"last.$\": \"$[2]\" }, \"ResultPath\": \"$.out\", \"OutputPath\": \"$.out.last\",")
            .Handle("a", _ => 1).Handle("b", _ => 2).Handle("c", _ => 3).Run(new { n = 9, m = 8 });

        run.ShouldSucceed(3);
        run.Attempts().ShouldAllBe(a => a.Payload.GetRawText() == """{"n":9}""");
    }
}
