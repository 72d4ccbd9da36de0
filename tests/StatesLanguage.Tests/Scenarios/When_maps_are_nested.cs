using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 16, 18
public sealed class When_maps_are_nested
{
    private static readonly WorkflowTest MapInMap = WorkflowTest.FromText("""
        { "StartAt": "Rows", "States": { "Rows": { "Type": "Map", "MaxConcurrency": 1, "End": true,
          "Retry": [ { "ErrorEquals": [ "Again" ], "IntervalSeconds": 100, "MaxAttempts": 1 } ],
          "ItemProcessor": { "StartAt": "Cells", "States": { "Cells": { "Type": "Map", "MaxConcurrency": 2, "End": true,
            "ItemSelector": { "row.$": "$$.Map.Item.Index", "value.$": "$$.Map.Item.Value" },
            "ItemProcessor": { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "Parameters": { "cell.$": "$$.Map.Item.Index", "in.$": "$" }, "End": true } } } } } } } } }
        """);

    private static readonly int[][] Rows = [[1, 2, 3], [], [4]];

    [Fact]
    public void Should_keep_the_shape_and_the_order()
    {
        var run = MapInMap.Handle("t", a => Reply.Return(a.Payload.GetProperty("in").GetProperty("value").GetInt32() * 10).After(4 - a.Payload.GetProperty("cell").GetInt32())).Run(Rows);

        run.ShouldSucceed(new int[][] { [10, 20, 30], [], [40] });
    }

    [Fact]
    public void Should_show_the_index_of_the_innermost_Map()
    {
        var run = MapInMap.Handle("t", _ => 1).Run(Rows);

        run.Attempts("T").Select(a => a.Payload.GetRawText()).ShouldBe([
            """{"cell":0,"in":{"row":0,"value":1}}""",
            """{"cell":1,"in":{"row":1,"value":2}}""",
            """{"cell":2,"in":{"row":2,"value":3}}""",
            """{"cell":0,"in":{"row":0,"value":4}}""",
        ]);
    }

    [Fact]
    public void Should_keep_the_window_of_each()
    {
        var run = MapInMap.Handle("t", _ => Reply.Return(1).After(10)).Run(new int[][] { [1, 2, 3], [4, 5], [6] });

        // One row at a time, two cells of it at a time.
        run.Dispatches("T").ShouldBe([0, 0, 10, 20, 20, 30]);
        run.Duration.TotalSeconds.ShouldBe(40);
    }

    [Fact]
    public void Should_run_everything_again_when_the_outer_one_is_retried()
    {
        var run = MapInMap.Handle("t", a => a.Payload.GetProperty("in").GetProperty("value").GetInt32() == 4 && a.At.TotalSeconds < 100 ? Reply.Fail("Again") : Reply.Return(1).After(1)).Run(Rows);

        run.ShouldSucceed(new int[][] { [1, 1, 1], [], [1] });
        run.Dispatches("T").ShouldBe([0, 0, 1, 2, 102, 102, 103, 104]);
    }

    [Fact]
    public void Should_join_a_Parallel_in_a_Map_in_a_Parallel()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "P", "States": { "P": { "Type": "Parallel", "End": true, "Branches": [
              { "StartAt": "M", "States": { "M": { "Type": "Map", "End": true, "ItemProcessor": { "StartAt": "Q", "States": { "Q": { "Type": "Parallel", "End": true, "Branches": [
                { "StartAt": "X", "States": { "X": { "Type": "Task", "Resource": "flow:x", "Parameters": { "i.$": "$$.Map.Item.Index" }, "End": true } } },
                { "StartAt": "Y", "States": { "Y": { "Type": "Pass", "End": true } } } ] } } } } } },
              { "StartAt": "Z", "States": { "Z": { "Type": "Pass", "Parameters": { "n.$": "States.ArrayLength($)" }, "OutputPath": "$.n", "End": true } } } ] } } }
            """).Handle("x", a => Reply.Return(a.Payload.GetProperty("i").GetInt32()).After(3 - a.Payload.GetProperty("i").GetInt32())).Run(new[] { "a", "b", "c" });

        run.ShouldSucceed(new object[] { new object[] { new object[] { 0, "a" }, new object[] { 1, "b" }, new object[] { 2, "c" } }, 3 });
        run.Duration.TotalSeconds.ShouldBe(3);
    }

    [Fact]
    public void Should_let_a_tolerant_outer_Map_absorb_what_an_inner_one_does_not()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "O", "States": { "O": { "Type": "Map", "ToleratedFailurePercentage": 50, "End": true, "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" }, "StartAt": "I", "States": {
              "I": { "Type": "Map", "End": true, "ItemProcessor": { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "End": true } } } } } } } } }
            """).Handle("t", a => a.Payload.GetInt32() < 0 ? Reply.Fail("Negative") : a.Payload);

        run.Run(new int[][] { [1, 2], [3, -4] }).ShouldSucceed(new int[]?[] { [1, 2], null });
        run.Run(new int[][] { [-1], [-2], [3] }).ShouldFail("States.ExceedToleratedFailureThreshold");
    }

    [Fact]
    public void Should_iterate_in_JSONata()
    {
        var run = WorkflowTest.FromText("""
            { "QueryLanguage": "JSONata", "StartAt": "M", "States": { "M": { "Type": "Map", "Items": "{% $states.input.rows %}", "MaxConcurrency": "{% 1 + 1 %}", "End": true,
              "ItemSelector": { "v": "{% $states.context.Map.Item.Value %}", "i": "{% $states.context.Map.Item.Index %}" },
              "ItemProcessor": { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "Arguments": "{% $states.input.v * 10 + $states.input.i %}", "End": true } } },
              "Output": "{% $sum($states.result) %}" } } }
            """).Handle("t", a => Reply.Return(a.Payload).After(1)).Run(new { rows = new[] { 1, 2, 3 } });

        run.ShouldSucceed(63);
        run.Dispatches("T").ShouldBe([0, 0, 1]);
    }
}
