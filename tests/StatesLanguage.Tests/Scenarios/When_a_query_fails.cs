using System.Text.Json;
using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 9, 14
public sealed class When_a_query_fails
{
    private const string Error = "States.QueryEvaluationError";
    private const string Inner = """ "ItemProcessor": { "StartAt": "I", "States": { "I": { "Type": "Pass", "End": true } } } """;

    private static WorkflowTest Of(string state) => WorkflowTest.FromText($$"""
        { "QueryLanguage": "JSONata", "StartAt": "S", "States": { "S": { {{state}}, "End": true } } }
        """).Handle("t", _ => 1);

    [Theory]
    [InlineData(""" "Type": "Pass", "Output": "{% $states.input.none %}" """, "Output")]
    [InlineData(""" "Type": "Pass", "Output": { "a": [ 1, "{% $none %}" ] } """, "Output/a[1]")]
    [InlineData(""" "Type": "Pass", "Output": "{% $ %}" """, "Output")]
    [InlineData(""" "Type": "Pass", "Output": "{% a.b %}" """, "Output")]
    [InlineData(""" "Type": "Pass", "Output": "{% $sum %}" """, "Output")]
    [InlineData(""" "Type": "Pass", "Output": "{% function($x) { $x } %}" """, "Output")]
    [InlineData(""" "Type": "Pass", "Output": "{% 1 + 'a' %}" """, "Output")]
    [InlineData(""" "Type": "Pass", "Output": "{% $error('no') %}" """, "Output")]
    [InlineData(""" "Type": "Pass", "Output": "{% ( $f := function($n) { 1 + $f($n) }; $f(1) ) %}" """, "Output")]
    [InlineData(""" "Type": "Pass", "Output": "{% ( $f := function($n) { $n = 0 ? {} : { 'a': $f($n - 1) } }; $f(60) ) %}" """, "Output")]
    [InlineData(""" "Type": "Pass", "Assign": { "x": "{% $none %}" } """, "Assign/x")]
    [InlineData(""" "Type": "Task", "Resource": "flow:t", "Arguments": { "a": "{% $none %}" } """, "Arguments/a")]
    [InlineData(""" "Type": "Task", "Resource": "flow:t", "Output": "{% $states.result.none %}" """, "Output")]
    [InlineData(""" "Type": "Task", "Resource": "flow:t", "TimeoutSeconds": "{% 0 %}" """, "TimeoutSeconds")]
    [InlineData(""" "Type": "Task", "Resource": "flow:t", "TimeoutSeconds": "{% '10' %}" """, "TimeoutSeconds")]
    [InlineData(""" "Type": "Task", "Resource": "flow:t", "HeartbeatSeconds": "{% 1.5 %}" """, "HeartbeatSeconds")]
    [InlineData(""" "Type": "Map", "Items": "{% 5 %}", """ + Inner, "Items")]
    [InlineData(""" "Type": "Map", "Items": [1], "ItemSelector": { "a": "{% $none %}" }, """ + Inner, "ItemSelector/a")]
    [InlineData(""" "Type": "Map", "Items": [1], "MaxConcurrency": "{% -1 %}", """ + Inner, "MaxConcurrency")]
    [InlineData(""" "Type": "Map", "Items": [1], "ToleratedFailureCount": "{% 0.5 %}", """ + Inner, "ToleratedFailureCount")]
    [InlineData(""" "Type": "Map", "Items": [1], "ToleratedFailurePercentage": "{% 101 %}", """ + Inner, "ToleratedFailurePercentage")]
    public void Should_fail_the_run_and_say_where(string state, string location)
    {
        var run = Of(state).Run(new { n = 1 }).ShouldFail(Error);

        run.Cause!.ShouldStartWith("An error occurred while executing the state 'S'. ");
        run.History.Select(h => h.Event).Single(e => e.Type == "EvaluationFailed").ShouldSatisfyAllConditions(
            e => e.Node.ShouldBe("S"), e => e.Error.ShouldBe(Error), e => e.Cause.ShouldBe(run.Cause), e => e.Location.ShouldBe(location));
    }

    [Theory]
    [InlineData("{% 1 %}")]
    [InlineData("{% 'true' %}")]
    [InlineData("{% $states.input.none = 1 ? true %}")]
    public void Should_fail_a_Choice_whose_condition_is_neither_true_nor_false(string condition) => WorkflowTest.FromText($$"""
        { "QueryLanguage": "JSONata", "StartAt": "S", "States": { "S": { "Type": "Choice", "Choices": [ { "Condition": "{{condition}}", "Next": "Z" } ], "Default": "Z" }, "Z": { "Type": "Succeed" } } }
        """).Run().ShouldFail(Error).History.ShouldContain(h => h.Event.Location == "Condition");

    [Theory]
    [InlineData("Error")]
    [InlineData("Cause")]
    public void Should_fail_a_Fail_that_has_no_words(string field) => WorkflowTest.FromText($$"""
        { "QueryLanguage": "JSONata", "StartAt": "S", "States": { "S": { "Type": "Fail", "{{field}}": "{% 5 %}" } } }
        """).Run().ShouldFail(Error).History.ShouldContain(h => h.Event.Location == field);

    [Theory]
    [InlineData("States.QueryEvaluationError")]
    [InlineData("States.TaskFailed")]
    [InlineData("States.ALL")]
    public void Should_be_caught_by_name_and_as_any_failure(string name) => WorkflowTest.FromText($$"""
        { "QueryLanguage": "JSONata", "StartAt": "S", "States": {
          "S": { "Type": "Task", "Resource": "flow:t", "Arguments": "{% $none %}", "End": true, "Catch": [ { "ErrorEquals": [ "{{name}}" ], "Output": "{% $states.errorOutput.Error %}", "Next": "Z" } ] }, "Z": { "Type": "Succeed" } } }
        """).Run().ShouldSucceed(Error);

    [Fact]
    public void Should_be_tried_again_with_the_work_done_anew()
    {
        var run = Of("""
            "Type": "Task", "Resource": "flow:t", "Output": "{% $states.result.ok %}", "Retry": [ { "ErrorEquals": [ "States.QueryEvaluationError" ], "MaxAttempts": 2 } ]
            """).Handle("t", Reply.Return(new { }), Reply.Return(new { ok = true })).Run();

        run.ShouldSucceed(true);
        run.Attempts("t").Count.ShouldBe(2);
    }

    [Fact]
    public void Should_end_the_run_where_the_catcher_itself_fails() => WorkflowTest.FromText("""
        { "QueryLanguage": "JSONata", "StartAt": "S", "States": {
          "S": { "Type": "Task", "Resource": "flow:t", "End": true, "Catch": [ { "ErrorEquals": [ "States.ALL" ], "Output": "{% $none %}", "Next": "Z" } ] }, "Z": { "Type": "Succeed" } } }
        """).Fail("t", "E").Run().ShouldFail(Error).ShouldTake("S");

    [Fact]
    public void Should_be_caught_around_the_branch_it_fails_in() => WorkflowTest.FromText("""
        { "QueryLanguage": "JSONata", "StartAt": "P", "States": {
          "P": { "Type": "Parallel", "Branches": [ { "StartAt": "I", "States": { "I": { "Type": "Pass", "Output": "{% $none %}", "End": true } } } ], "End": true,
                 "Catch": [ { "ErrorEquals": [ "States.QueryEvaluationError" ], "Output": "{% 'caught' %}", "Next": "Z" } ] }, "Z": { "Type": "Succeed" } } }
        """).Run().ShouldSucceed("caught");

    [Fact]
    public void Should_bound_a_loop() =>
        Of(""" "Type": "Pass", "Output": "{% ( $f := function($n) { $f($n + 1) }; $f(1) ) %}" """).Run().ShouldFail(Error).Cause!.ShouldContain("U1001");

    [Fact]
    public void Should_bound_an_output() =>
        Of(""" "Type": "Pass", "Output": "{% $join($map([1..100000], function() { 'abc' })) %}" """).Run().ShouldFail("States.DataLimitExceeded");

    [Fact]
    public void Should_count_depth_as_the_rest_of_the_language_does() =>
        Of(""" "Type": "Pass", "Output": "{% ( $f := function($n) { $n = 0 ? {} : { 'a': $f($n - 1) } }; $f(50) ) %}" """).Run().ShouldSucceed();
}
