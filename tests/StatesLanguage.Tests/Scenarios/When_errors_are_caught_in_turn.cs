using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 14
public sealed class When_errors_are_caught_in_turn
{
    private static readonly WorkflowTest Chain = WorkflowTest.FromText("""
        { "StartAt": "A", "States": {
          "A": { "Type": "Task", "Resource": "flow:a", "End": true, "Catch": [
            { "ErrorEquals": [ "One", "Uno" ], "ResultPath": "$.a", "Next": "B" },
            { "ErrorEquals": [ "States.Timeout" ], "Next": "Last" },
            { "ErrorEquals": [ "States.ALL" ], "ResultPath": null, "Next": "Last" } ] },
          "B": { "Type": "Task", "Resource": "flow:b", "End": true, "Catch": [ { "ErrorEquals": [ "States.TaskFailed" ], "ResultPath": "$.b", "Next": "C" } ] },
          "C": { "Type": "Task", "Resource": "flow:c", "End": true },
          "Last": { "Type": "Pass", "End": true } } }
        """);

    [Fact]
    public void Should_gather_the_errors_where_each_ResultPath_says()
    {
        var run = Chain.Fail("a", "Uno", "1").Fail("b", "Two", "2").Handle("c", a => a.Payload).Run(new { id = 7 });

        run.ShouldTake("A", "B", "C").ShouldSucceed(new { id = 7, a = new { Error = "Uno", Cause = "1" }, b = new { Error = "Two", Cause = "2" } }.ToJson());
    }

    [Theory]
    [InlineData("One", "A B")]
    [InlineData("States.Timeout", "A Last")]
    [InlineData("Other", "A Last")]
    [InlineData("States.DataLimitExceeded", "A Last")]
    [InlineData("States.Runtime", "A")]
    public void Should_go_where_the_first_that_names_the_error_leads(string error, string path) =>
        Chain.Fail("a", error).Handle("b", _ => 1).Run().ShouldTake(path.Split(' '));

    [Fact]
    public void Should_keep_the_input_when_ResultPath_is_null() => Chain.Fail("a", "Other").Run(new { id = 7 }).ShouldSucceed(new { id = 7 });

    [Fact]
    public void Should_replace_the_input_when_there_is_no_ResultPath() => Chain.Fail("a", "States.Timeout").Run(new { id = 7 }).ShouldSucceed(new { Error = "States.Timeout", Cause = "" }.ToJson());

    [Fact]
    public void Should_end_the_run_with_the_error_that_nothing_catches() => Chain.Fail("a", "One").Fail("b", "Two").Fail("c", "Three", "3").Run(new { }).ShouldFail("Three", "3").ShouldTake("A", "B", "C");

    [Fact]
    public void Should_loop_back_with_a_count_kept_in_variables()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "Init", "States": {
              "Init": { "Type": "Pass", "Assign": { "failures": 0 }, "Next": "T" },
              "T": { "Type": "Task", "Resource": "flow:t", "Catch": [ { "ErrorEquals": [ "States.ALL" ], "Assign": { "failures.$": "States.MathAdd($failures, 1)", "last.$": "$.Error" }, "ResultPath": null, "Next": "Enough" } ], "End": true },
              "Enough": { "Type": "Choice", "Choices": [ { "Variable": "$failures", "NumericGreaterThanEquals": 3, "Next": "Fail" } ], "Default": "T" },
              "Fail": { "Type": "Fail", "ErrorPath": "$last", "CausePath": "States.Format('{} failures', $failures)" } } }
            """).Handle("t", a => Reply.Fail($"E{a.Payload}")).Run(5);

        run.ShouldFail("E5", "3 failures").ShouldTake("Init", "T", "Enough", "T", "Enough", "T", "Enough", "Fail").ShouldHaveVariables(new { failures = 3, last = "E5" });
    }

    [Fact]
    public void Should_prefer_the_inner_catcher_and_fall_back_on_the_outer()
    {
        var test = WorkflowTest.FromText("""
            { "StartAt": "P", "States": {
              "P": { "Type": "Parallel", "Branches": [ { "StartAt": "T", "States": {
                  "T": { "Type": "Task", "Resource": "flow:t", "Catch": [ { "ErrorEquals": [ "Inner" ], "Next": "Mend" } ], "End": true }, "Mend": { "Type": "Pass", "Result": "mended", "End": true } } } ],
                "Catch": [ { "ErrorEquals": [ "States.ALL" ], "Next": "Outer" } ], "End": true },
              "Outer": { "Type": "Pass", "OutputPath": "$.Error", "End": true } } }
            """);

        test.Fail("t", "Inner").Run().ShouldSucceed(new[] { "mended" }).ShouldTake("P", "T", "Mend");
        test.Fail("t", "Else").Run().ShouldSucceed("Else").ShouldTake("P", "T", "Outer");
    }

    [Fact]
    public void Should_catch_in_JSONata_with_an_output_and_variables_of_its_own()
    {
        var run = WorkflowTest.FromText("""
            { "QueryLanguage": "JSONata", "StartAt": "T", "States": {
              "T": { "Type": "Task", "Resource": "flow:t", "Catch": [ { "ErrorEquals": [ "E" ], "Next": "N", "Assign": { "why": "{% $states.errorOutput.Cause %}" },
                "Output": "{% { 'id': $states.input.id, 'error': $states.errorOutput.Error } %}" } ], "End": true },
              "N": { "Type": "Pass", "End": true } } }
            """).Fail("t", "E", "because").Run(new { id = 7 });

        run.ShouldSucceed(new { id = 7, error = "E" }).ShouldHaveVariables(new { why = "because" });
    }

    [Fact]
    public void Should_fail_with_the_error_of_a_catcher_that_cannot_place_its_result() =>
        Chain.Fail("a", "One").Run(JsonArray()).ShouldFail("States.ResultPathMatchFailure").ShouldTake("A");

    private static object JsonArray() => new[] { 1 };
}
