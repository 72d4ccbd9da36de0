using System.Text.Json;
using Flow.StatesLanguage.NodeTesting;
using static Flow.StatesLanguage.Tests.NodeTesting.Rehearsal;

namespace Flow.StatesLanguage.Tests.NodeTesting;

// capability 9
public sealed class When_a_JSONata_node_is_tested
{
    private const string Task = """
        {"Type": "Task", "QueryLanguage": "JSONata", "Resource": "flow:charge", "Arguments": {"amount": "{% $states.input.total * $rate %}"},
         "Assign": {"paid": "{% $states.result.paid %}"}, "Output": {"id": "{% $states.input.id %}", "receipt": "{% $states.result.receipt %}"}, "Next": "Ship",
         "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 1}],
         "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput.Cause %}", "Assign": {"problem": "{% $states.errorOutput.Error %}"}, "Next": "Mend"}]}
        """;

    private const string Map = """
        {"Type": "Map", "QueryLanguage": "JSONata", "Items": "{% $states.input.items %}", "ItemSelector": {"v": "{% $states.context.Map.Item.Value * 2 %}"}, "MaxConcurrency": "{% 1 + 1 %}",
         "ToleratedFailurePercentage": "{% 50 %}", "ItemProcessor": {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": true}}}, "Output": "{% $sum($states.result) %}", "Next": "Sum"}
        """;

    private static readonly NodeTest Charge = new() { Input = JsonElement.Parse("""{"id": 7, "total": 10}"""), Variables = JsonElement.Parse("""{"rate": 2}""") };

    [Fact]
    public void Should_show_the_data_after_each_step()
    {
        var outcome = Play(Task, Charge with { Mock = Gives("""{"paid": true, "receipt": "r"}""") });
        outcome.Said().ShouldBe("""Succeeded {"id":7,"receipt":"r"} -> Ship""");
        outcome.Steps().ShouldBe(
        [
            """input {"id": 7, "total": 10}""",
            """afterArguments {"amount":20}""",
            """result {"paid": true, "receipt": "r"}""",
            """variables {"rate":2,"paid":true}""",
        ]);
    }

    [Fact]
    public void Should_try_again_after_the_backoff()
    {
        var outcome = Play(Task, Charge with { Mock = FailsWith("Busy") });
        outcome.Said().ShouldBe("Retriable Busy");
        outcome.Inspection["errorDetails"].GetRawText().ShouldBe("""{"retryIndex":0,"retryBackoffIntervalSeconds":2}""");
    }

    [Fact]
    public void Should_catch_what_retries_are_spent_on()
    {
        var outcome = Play(Task, Charge with { Mock = FailsWith("Busy", "why"), RetryCount = 1 });
        outcome.Said().ShouldBe("CaughtError Busy \"why\" -> Mend");
        outcome.Inspection["variables"].GetRawText().ShouldBe("""{"rate":2,"problem":"Busy"}""");
    }

    [Theory]
    [InlineData("""{"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"a": {"b": "{% $states.input.missing %}"}}, "End": true}""", "Output/a/b")]
    [InlineData("""{"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% 'soon' %}", "End": true}""", "Seconds")]
    [InlineData("""{"Type": "Fail", "QueryLanguage": "JSONata", "Error": "{% 1 %}"}""", "Error")]
    public void Should_say_in_which_field_an_expression_fails(string state, string location)
    {
        var outcome = Play(state);
        outcome.Said().ShouldBe("Failed States.QueryEvaluationError");
        outcome.Location.ShouldBe(location);
    }

    [Theory]
    [InlineData("""{"Type": "Choice", "Choices": [{"Condition": "{% $states.input.n > 1 %}", "Output": "{% 'many' %}", "Next": "Many"}], "Default": "Few"}""", """{"n": 2}""", "Succeeded \"many\" -> Many")]
    [InlineData("""{"Type": "Choice", "Choices": [{"Condition": "{% $states.input.n > 1 %}", "Next": "Many"}], "Default": "Few", "Output": 0}""", """{"n": 1}""", "Succeeded 0 -> Few")]
    [InlineData("""{"Type": "Choice", "Choices": [{"Condition": "{% $states.input.n %}", "Next": "Many"}], "Default": "Few"}""", """{"n": 1}""", "Failed States.QueryEvaluationError")]
    [InlineData("""{"Type": "Wait", "Seconds": "{% $states.input.n %}", "Output": "{% $states.input.n + 1 %}", "Next": "B"}""", """{"n": 60}""", "Succeeded 61 -> B")]
    [InlineData("""{"Type": "Succeed", "Output": "{% $states.context.Execution.Input.n %}"}""", """{"n": 1}""", "Succeeded 1")]
    public void Should_end_as_it_would_in_a_run(string state, string input, string outcome) =>
        Play(state.Replace("{\"Type\"", "{\"QueryLanguage\": \"JSONata\", \"Type\"", StringComparison.Ordinal), input).Said().ShouldBe(outcome);

    [Fact]
    public void Should_show_the_numbers_of_a_map()
    {
        var outcome = Play(Map, """{"items": [1, 2]}""", Gives("[3, 4]"));
        outcome.Said().ShouldBe("Succeeded 7 -> Sum");
        outcome.Steps().ShouldBe(["""input {"items": [1, 2]}""", """afterItemSelector [{"v":2},{"v":4}]""", "maxConcurrency 2", "toleratedFailurePercentage 50"]);
    }

    [Theory]
    [InlineData(1, "Succeeded 7 -> Sum")]
    [InlineData(2, "Failed States.ExceedToleratedFailureThreshold")]
    public void Should_measure_failed_iterations(int failed, string outcome) =>
        Play(Map, new() { Input = JsonElement.Parse("""{"items": [1, 2]}"""), Mock = Gives("[3, 4]"), FailedIterations = failed }).Said().ShouldBe(outcome);

    [Fact]
    public void Should_join_the_outputs_of_branches()
    {
        const string Parallel = """
            {"Type": "Parallel", "QueryLanguage": "JSONata", "Arguments": "{% $states.input.n %}", "Output": "{% $states.result[1] %}", "End": true,
             "Branches": [{"StartAt": "L", "States": {"L": {"Type": "Succeed"}}}, {"StartAt": "R", "States": {"R": {"Type": "Succeed"}}}]}
            """;
        var outcome = Play(Parallel, """{"n": 5}""", Gives("""["l", "r"]"""));
        outcome.Said().ShouldBe("Succeeded \"r\"");
        outcome.Steps().ShouldBe(["""input {"n": 5}""", "afterArguments 5"]);
    }

    [Fact]
    public void Should_take_a_context_object_as_it_is() =>
        Play("""{"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.context %}", "End": true}""", new() { Context = JsonElement.Parse("""{"Execution":{"Name":"mine"}}""") })
            .Said().ShouldBe("""Succeeded {"Execution":{"Name":"mine"}}""");
}
