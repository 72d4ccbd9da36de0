using System.Text.Json;
using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 27. Runs start at 2030-01-01T00:00:00Z.
public sealed class When_a_wait_ends
{
    private static WorkflowRun Run(string field, string input, string language = "JSONPath") => WorkflowTest.FromText($$"""
        { "QueryLanguage": "{{language}}", "StartAt": "W", "States": { "W": { "Type": "Wait", {{field}}, "Next": "T" }, "T": { "Type": "Pass", "End": true } } }
        """).Run(JsonElement.Parse(input));

    [Theory]
    [InlineData("\"Seconds\": 1", "{}", 1)]
    [InlineData("\"Seconds\": 0", "{}", 0)]
    [InlineData("\"Seconds\": 99999999", "{}", 99_999_999)]
    [InlineData("\"SecondsPath\": \"$.s\"", """{"s":90}""", 90)]
    [InlineData("\"SecondsPath\": \"$.s\"", """{"s":"90"}""", 90)]
    [InlineData("\"SecondsPath\": \"$.s\"", """{"s":0}""", 0)]
    [InlineData("\"SecondsPath\": \"$.s[1]\"", """{"s":[1,2]}""", 2)]
    [InlineData("\"SecondsPath\": \"$$.Execution.Input.s\"", """{"s":4}""", 4)]
    [InlineData("\"Timestamp\": \"2030-01-01T00:00:30Z\"", "{}", 30)]
    [InlineData("\"Timestamp\": \"2030-01-01T00:00:30.250Z\"", "{}", 30.25)]
    [InlineData("\"Timestamp\": \"2030-01-01T02:00:00+01:00\"", "{}", 3600)]
    [InlineData("\"Timestamp\": \"2029-12-31T23:00:00-01:30\"", "{}", 1800)]
    [InlineData("\"Timestamp\": \"2020-01-01T00:00:00Z\"", "{}", 0)]
    [InlineData("\"TimestampPath\": \"$.t\"", """{"t":"2030-01-02T00:00:00Z"}""", 86_400)]
    [InlineData("\"TimestampPath\": \"$.t\"", """{"t":"2029-01-02T00:00:00Z"}""", 0)]
    public void Should_be_when_it_says(string field, string input, double seconds)
    {
        var run = Run(field, input).ShouldSucceed(JsonElement.Parse(input)).ShouldTake("W", "T");

        run.Duration.TotalSeconds.ShouldBe(seconds);
    }

    [Theory]
    [InlineData("\"Seconds\": 5", "{}", 5)]
    [InlineData("\"Seconds\": \"{% $states.input.n * 2 %}\"", """{"n":7}""", 14)]
    [InlineData("\"Timestamp\": \"{% $states.input.t %}\"", """{"t":"2030-01-01T00:01:00Z"}""", 60)]
    [InlineData("\"Timestamp\": \"{% $fromMillis($toMillis($states.context.Execution.StartTime) + 1500) %}\"", "{}", 1.5)]
    public void Should_be_when_an_expression_says(string field, string input, double seconds) =>
        Run(field, input, "JSONata").ShouldSucceed(JsonElement.Parse(input)).Duration.TotalSeconds.ShouldBe(seconds);

    [Theory]
    [InlineData("\"SecondsPath\": \"$.x\"", """{"x":-1}""", "JSONPath", "States.Runtime")]
    [InlineData("\"SecondsPath\": \"$.x\"", """{"x":1.5}""", "JSONPath", "States.Runtime")]
    [InlineData("\"SecondsPath\": \"$.x\"", "{}", "JSONPath", "States.Runtime")]
    [InlineData("\"TimestampPath\": \"$.x\"", """{"x":"2030-01-01"}""", "JSONPath", "States.Runtime")]
    [InlineData("\"TimestampPath\": \"$.x\"", """{"x":"2030-02-30T00:00:00Z"}""", "JSONPath", "States.Runtime")]
    [InlineData("\"TimestampPath\": \"$.x\"", """{"x":5}""", "JSONPath", "States.Runtime")]
    [InlineData("\"Seconds\": \"{% $states.input.x %}\"", """{"x":-1}""", "JSONata", "States.QueryEvaluationError")]
    [InlineData("\"Seconds\": \"{% $states.input.x %}\"", """{"x":1.5}""", "JSONata", "States.QueryEvaluationError")]
    [InlineData("\"Seconds\": \"{% $states.input.x %}\"", """{"x":"5"}""", "JSONata", "States.QueryEvaluationError")]
    [InlineData("\"Seconds\": \"{% $states.input.x %}\"", "{}", "JSONata", "States.QueryEvaluationError")]
    [InlineData("\"Timestamp\": \"{% $states.input.x %}\"", """{"x":"soon"}""", "JSONata", "States.QueryEvaluationError")]
    public void Should_fail_at_once_when_what_it_says_is_no_time(string field, string input, string language, string error)
    {
        var run = Run(field, input, language).ShouldFail(error).ShouldTake("W");

        run.Duration.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Should_count_from_the_moment_it_is_entered()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "A", "States": { "A": { "Type": "Wait", "Seconds": 10, "Next": "B" }, "B": { "Type": "Wait", "Timestamp": "2030-01-01T00:00:25Z", "Next": "C" },
              "C": { "Type": "Wait", "SecondsPath": "$.s", "Next": "D" }, "D": { "Type": "Wait", "Timestamp": "2030-01-01T00:00:20Z", "End": true } } }
            """).Start(new { s = 5 }).ShouldWaitAt("A");

        run.Advance(TimeSpan.FromSeconds(10)).ShouldWaitAt("B");
        run.Advance(TimeSpan.FromSeconds(14.9)).ShouldWaitAt("B");
        run.Advance(TimeSpan.FromSeconds(0.1)).ShouldWaitAt("C");
        run.Finish().ShouldSucceed().Duration.TotalSeconds.ShouldBe(30);
    }
}
