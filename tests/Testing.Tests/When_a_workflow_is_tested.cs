using System.Text.Json;

namespace Flow.Testing.Tests;

public sealed class When_a_workflow_is_tested
{
    private static readonly WorkflowTest Shipping = Shop.Paying.Handle("ship", _ => new { number = 9 });

    [Fact]
    public void Should_show_how_it_ended_and_the_way_there()
    {
        var run = Shipping.Run(new { id = 7 });

        run.ShouldSucceed(new { parcel = new { number = 9 }, id = 7, charged = new { receipt = "R-1" } });
        run.ShouldTake("Charge", "Ship").ShouldHaveVariables(new { receipt = "R-1" });
        run.State.ShouldBe(RunState.Succeeded);
        run.Waiting.ShouldBeEmpty();
        run.Duration.ShouldBe(TimeSpan.Zero);
        run.OutputAs<JsonElement>().GetProperty("id").GetInt32().ShouldBe(7);
        run.History.Select(h => h.Event.Type).ShouldBe([
            "ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited",
            "TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded", "TaskStateExited", "ExecutionSucceeded",
        ]);
    }

    [Fact]
    public void Should_show_what_each_attempt_was_given_and_what_came_of_it()
    {
        var run = Shipping.Run(new { id = 7 });

        run.Attempts().Count.ShouldBe(2);
        var ship = run.Attempts("ship").ShouldHaveSingleItem();
        ship.ShouldBeSameAs(run.Attempts("Ship").Single());
        ship.ShouldBeSameAs(run.Attempts("arn:aws:lambda:eu-west-1:123456789012:function:ship:live").Single());
        ship.Payload.GetRawText().ShouldBe("""{"id":7,"charged":{"receipt":"R-1"}}""");
        (ship.Node, ship.Handler, ship.Number, ship.State, ship.TimeoutSeconds, ship.HeartbeatSeconds).ShouldBe(("Ship", "ship", 1, AttemptState.Succeeded, 60, 20));
        ship.EndedAt.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Should_give_it_the_context_that_the_test_chooses()
    {
        var test = WorkflowTest.FromText("""
            { "StartAt": "P", "States": { "P": { "Type": "Pass", "End": true, "Parameters": {
              "run.$": "$$.Execution.Name", "started.$": "$$.Execution.StartTime", "workflow.$": "$$.StateMachine.Name", "input.$": "$$.Execution.Input" } } } }
            """);

        test.With(s => s with { RunName = "order-7", Workflow = "order", StartedAt = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero) })
            .Run(5)
            .ShouldSucceed(new { run = "order-7", started = "2031-02-03T04:05:06.000Z", workflow = "order", input = 5 });
    }

    [Fact]
    public void Should_be_the_same_for_the_same_seed()
    {
        var test = WorkflowTest.FromText("""
            { "StartAt": "P", "States": { "P": { "Type": "Pass", "Parameters": { "id.$": "States.UUID()", "n.$": "States.MathRandom(0, 1000000)" }, "Next": "T" },
              "T": { "Type": "Task", "Resource": "flow:t", "Retry": [ { "ErrorEquals": [ "States.ALL" ], "IntervalSeconds": 100, "JitterStrategy": "FULL" } ], "End": true } } }
            """).Fail("t", "Bad", times: 2).Handle("t", attempt => new { attempt.Payload, attempt.Token });
        string Show(int seed) => $"{test.With(s => s with { Seed = seed }).Run() is var run} {run.RunId} {run.Output} {string.Join(' ', run.Attempts().Select(a => a.At))}";

        Show(1).ShouldBe(Show(1));
        Show(1).ShouldNotBe(Show(2));
    }

    [Fact]
    public void Should_keep_the_limit_of_payloads_that_the_test_sets() =>
        Shipping.With(s => s with { MaxPayloadBytes = 20 }).Run(new { id = 7 }).ShouldFail("States.DataLimitExceeded");

    [Fact]
    public void Should_read_YAML_and_files()
    {
        WorkflowTest.FromText("StartAt: Greet\nStates:\n  Greet:\n    Type: Pass\n    Result: hello\n    End: true").Run().ShouldSucceed("hello");
        WorkflowTest.FromFile("order.asl.yaml").Settings.Workflow.ShouldBe("order");
    }

    [Fact]
    public void Should_run_ten_thousand_iterations_in_the_order_of_their_window()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "M", "States": { "M": { "Type": "Map", "MaxConcurrency": 10, "End": true,
              "ItemProcessor": { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "End": true } } } } } }
            """).Handle("t", attempt => Reply.Return(attempt.Payload.GetInt32() * 2).After(TimeSpan.FromSeconds(1))).Run(Enumerable.Range(0, 10_000));

        run.ShouldSucceed(Enumerable.Range(0, 10_000).Select(i => i * 2));
        run.Duration.ShouldBe(TimeSpan.FromSeconds(1_000));
        run.Attempts().Select(a => a.At.TotalSeconds).ShouldBe(Enumerable.Range(0, 10_000).Select(i => (double)(i / 10)));
    }
}
