using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 15
public sealed class When_variables_cross_scopes
{
    private const string Inner = """
        "StartAt": "Set", "States": {
          "Set": { "Type": "Pass", "Assign": { "mine.$": "$", "seen.$": "$outer" }, "Next": "Get" },
          "Get": { "Type": "Pass", "Parameters": { "mine.$": "$mine", "outer.$": "$outer", "seen.$": "$seen" }, "End": true } }
        """;

    private static WorkflowTest Around(string node) => WorkflowTest.FromText($$"""
        { "StartAt": "Init", "States": {
          "Init": { "Type": "Pass", "Assign": { "outer": 1, "unread": 2 }, "Next": "Node" },
          "Node": { {{node}}, "Assign": { "outer": 3, "count.$": "States.ArrayLength($)" }, "Next": "After" },
          "After": { "Type": "Pass", "Parameters": { "outer.$": "$outer", "in.$": "$" }, "End": true } } }
        """);

    [Fact]
    public void Should_be_read_in_iterations_and_not_leak_from_them()
    {
        var run = Around($$""" "Type": "Map", "ItemProcessor": { {{Inner}} } """).Run(new[] { "a", "b" });

        run.ShouldSucceed(new { outer = 3, @in = new[] { new { mine = "a", outer = 1, seen = 1 }, new { mine = "b", outer = 1, seen = 1 } } });
        run.ShouldHaveVariables(new { outer = 3, unread = 2, count = 2 });
    }

    [Fact]
    public void Should_be_read_in_branches_and_not_leak_from_them()
    {
        var run = Around($$""" "Type": "Parallel", "Branches": [ { {{Inner}} } ] """).Run(5);

        run.ShouldSucceed(new { outer = 3, @in = new[] { new { mine = 5, outer = 1, seen = 1 } } });
        run.ShouldHaveVariables(new { outer = 3, unread = 2, count = 1 });
    }

    [Fact]
    public void Should_not_be_seen_in_a_distributed_Map() =>
        Around($$""" "Type": "Map", "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" }, {{Inner}} } """).Run(new[] { "a" })
            .ShouldFail("States.ExceedToleratedFailureThreshold").Cause!.ShouldContain("The variable '$outer' has no value.");

    [Fact]
    public void Should_reach_through_every_level()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "Init", "States": {
              "Init": { "Type": "Pass", "Assign": { "a": 1 }, "Next": "P" },
              "P": { "Type": "Parallel", "End": true, "Branches": [ { "StartAt": "B", "States": {
                "B": { "Type": "Pass", "Assign": { "b": 2 }, "Next": "M" },
                "M": { "Type": "Map", "ItemsPath": "$", "End": true, "ItemProcessor": { "StartAt": "I", "States": {
                  "I": { "Type": "Pass", "Assign": { "c.$": "$" }, "Next": "J" },
                  "J": { "Type": "Pass", "Parameters": { "sum.$": "States.MathAdd(States.MathAdd($a, $b), $c)" }, "OutputPath": "$.sum", "End": true } } } } } } ] } } }
            """).Run(new[] { 10, 20 });

        run.ShouldSucceed(new[] { new[] { 13, 23 } }).ShouldHaveVariables(new { a = 1 });
    }

    [Fact]
    public void Should_all_see_the_values_from_before_the_node() => WorkflowTest.FromText("""
        { "StartAt": "Init", "States": { "Init": { "Type": "Pass", "Assign": { "x": 1, "y": 2 }, "Next": "Swap" },
          "Swap": { "Type": "Pass", "Assign": { "x.$": "$y", "y.$": "$x" }, "Parameters": { "x.$": "$x" }, "End": true } } }
        """).Run().ShouldSucceed(new { x = 1 }).ShouldHaveVariables(new { x = 2, y = 1 });

    [Fact]
    public void Should_be_as_before_when_the_node_is_tried_again()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "Init", "States": { "Init": { "Type": "Pass", "Assign": { "n": 1 }, "Next": "P" },
              "P": { "Type": "Parallel", "Retry": [ { "ErrorEquals": [ "E" ] } ], "Assign": { "n.$": "$[0]" }, "End": true, "Branches": [ { "StartAt": "B", "States": {
                "B": { "Type": "Pass", "Assign": { "m.$": "States.MathAdd($n, 1)" }, "Next": "T" },
                "T": { "Type": "Task", "Resource": "flow:t", "Parameters": { "m.$": "$m" }, "End": true } } } ] } } }
            """).Handle("t", Reply.Fail("E"), Reply.Return(9)).Run();

        run.ShouldSucceed(new[] { 9 }).ShouldHaveVariables(new { n = 9 });
        run.Attempts("T").ShouldAllBe(a => a.Payload.GetProperty("m").GetInt32() == 2);
    }

    [Fact]
    public void Should_be_assigned_by_the_rule_of_a_Choice_or_by_the_state_when_none_matches()
    {
        var test = WorkflowTest.FromText("""
            { "StartAt": "C", "States": { "C": { "Type": "Choice", "Assign": { "by": "default" }, "Choices": [ { "Variable": "$", "NumericEquals": 1, "Assign": { "by": "rule", "n.$": "$" }, "Next": "S" } ], "Default": "S" },
              "S": { "Type": "Succeed" } } }
            """);

        test.Run(1).ShouldHaveVariables(new { by = "rule", n = 1 });
        test.Run(2).ShouldHaveVariables(new { by = "default" });
    }

    [Fact]
    public void Should_be_assigned_by_a_Wait_and_by_a_Task_from_its_result() => WorkflowTest.FromText("""
        { "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": 1, "Assign": { "w.$": "$.in" }, "Next": "T" },
          "T": { "Type": "Task", "Resource": "flow:t", "ResultSelector": { "r.$": "$.x" }, "Assign": { "t.$": "$.r" }, "ResultPath": null, "End": true } } }
        """).Handle("t", _ => new { x = 8 }).Run(new { @in = 7 }).ShouldSucceed(new { @in = 7 }).ShouldHaveVariables(new { w = 7, t = 8 });
}
