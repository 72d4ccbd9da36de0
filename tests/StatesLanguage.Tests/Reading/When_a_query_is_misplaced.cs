namespace Flow.StatesLanguage.Tests.Reading;

/// <summary>What <c>$states</c> has depends on the field; fields belong to a query language.</summary>
// capability 10
public class When_a_query_is_misplaced
{
    private const string Inner = """ "StartAt": "I", "States": { "I": { "Type": "Pass", "End": true } } """;

    private static IReadOnlyList<Finding> Findings(string state, string language = "JSONata") => Definition.Read($$"""
        { "QueryLanguage": "{{language}}", "StartAt": "A", "States": { "A": { {{state}} }, "B": { "Type": "Succeed" } } }
        """).Findings;

    [Theory]
    [InlineData(""" "Type": "Task", "Resource": "flow:a", "Output": "{% $states.result.a %}", "Assign": { "x": [ "{% $states.result %}" ] }, "Next": "B" """)]
    [InlineData(""" "Type": "Task", "Resource": "flow:a", "Arguments": "{% $states.input & $states.context.State.Name %}", "Next": "B" """)]
    [InlineData(""" "Type": "Task", "Resource": "flow:a", "Next": "B", "Catch": [ { "ErrorEquals": [ "X" ], "Output": "{% $states.errorOutput.Cause %}", "Assign": { "e": "{% $states.errorOutput %}" }, "Next": "B" } ] """)]
    [InlineData(""" "Type": "Parallel", "Branches": [ { "StartAt": "I", "States": { "I": { "Type": "Pass", "End": true } } } ], "Output": "{% $states.result[0] %}", "Next": "B" """)]
    [InlineData(""" "Type": "Map", "ItemProcessor": { "StartAt": "I", "States": { "I": { "Type": "Pass", "End": true } } }, "Assign": { "n": "{% $count($states.result) %}" }, "Next": "B" """)]
    [InlineData(""" "Type": "Pass", "Output": "{% ( $mine := { 'result': 1 }; $mine.result ) %}", "Next": "B" """)]
    [InlineData(""" "Type": "Pass", "Output": "{% 'a text about $states.result and $eval(1)' %}", "Next": "B" """)]
    public void Should_accept_what_is_in_its_place(string state) => Findings(state).ShouldBeEmpty();

    [Theory]
    [InlineData(""" "Type": "Task", "Resource": "flow:a", "Arguments": { "a": "{% $states.result %}" }, "Next": "B" """, "/Arguments/a", "$states.input")]
    [InlineData(""" "Type": "Task", "Resource": "flow:a", "TimeoutSeconds": "{% $states.result.t %}", "Next": "B" """, "/TimeoutSeconds", "$states.input")]
    [InlineData(""" "Type": "Task", "Resource": "flow:a", "Output": "{% $states.errorOutput %}", "Next": "B" """, "/Output", "Catch")]
    [InlineData(""" "Type": "Task", "Resource": "flow:a", "Next": "B", "Catch": [ { "ErrorEquals": [ "X" ], "Output": "{% $states.result %}", "Next": "B" } ] """, "/Catch/0/Output", "Task, Map or Parallel")]
    [InlineData(""" "Type": "Pass", "Assign": { "x": "{% [1, $states.\"result\".a] %}" }, "Next": "B" """, "/Assign/x", "Task, Map or Parallel")]
    [InlineData(""" "Type": "Choice", "Choices": [ { "Condition": "{% $states.result = 1 %}", "Next": "B" } ], "Default": "B" """, "/Choices/0/Condition", "$states.input")]
    [InlineData(""" "Type": "Choice", "Choices": [ { "Condition": true, "Output": "{% $states.errorOutput %}", "Next": "B" } ], "Default": "B" """, "/Choices/0/Output", "Catch")]
    [InlineData(""" "Type": "Wait", "Seconds": "{% $states.result %}", "Next": "B" """, "/Seconds", "$states.input")]
    [InlineData(""" "Type": "Map", "Items": "{% $states.result %}", "ItemProcessor": { "StartAt": "I", "States": { "I": { "Type": "Pass", "End": true } } }, "Next": "B" """, "/Items", "$states.input")]
    [InlineData(""" "Type": "Pass", "Output": "{% $states.inputs.a %}", "Next": "B" """, "/Output", "input, context, result and errorOutput")]
    [InlineData(""" "Type": "Pass", "Output": "{% $sum($states.inptu.a) %}", "Next": "B" """, "/Output", "no 'inptu'")]
    public void Should_say_what_is_not_there_and_what_is(string state, string place, string fix)
    {
        var finding = Findings(state).ShouldHaveSingleItem();

        (finding.Pointer, finding.Rule).ShouldBe(($"/States/A{place}", "unavailable-value"));
        finding.Message.ShouldContain(fix);
    }

    [Theory]
    [InlineData("{% $states.input. %}", "(S0207, at character 18)")]
    [InlineData("{% 10 + * 2 %}", "(S0")]
    [InlineData("{% $.store.book[?(@.price < 10)] %}", "(S0")]
    [InlineData("{% $eval ('1') %}", "$parse")]
    [InlineData("{% 1", "ends with '%}'")]
    [InlineData("1 %}", "begins with '{%'")]
    [InlineData("{%}", "ends with '%}'")]
    public void Should_say_where_a_query_stops_being_one(string query, string words)
    {
        var finding = Findings($$""" "Type": "Pass", "Output": { "a": [ "{{query}}" ] }, "Next": "B" """).ShouldHaveSingleItem();

        (finding.Pointer, finding.Rule).ShouldBe(("/States/A/Output/a/0", "invalid-expression"));
        finding.Message.ShouldContain(words);
    }

    [Theory]
    [InlineData("JSONata", "Pass", "InputPath", "OutputPath", "ResultPath", "Parameters", "Result")]
    [InlineData("JSONata", "Task", "InputPath", "OutputPath", "ResultPath", "Parameters", "ResultSelector", "TimeoutSecondsPath", "HeartbeatSecondsPath")]
    [InlineData("JSONata", "Map", "ItemsPath", "Parameters", "ResultSelector", "MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath")]
    [InlineData("JSONata", "Wait", "SecondsPath", "TimestampPath")]
    [InlineData("JSONPath", "Pass", "Output")]
    [InlineData("JSONPath", "Task", "Arguments", "Output")]
    [InlineData("JSONPath", "Map", "Items", "Output")]
    [InlineData("JSONPath", "Wait", "Output")]
    public void Should_name_the_language_that_has_the_field(string language, string type, params string[] fields)
    {
        foreach (var field in fields)
        {
            var own = type switch { "Task" => "\"Resource\": \"flow:a\",", "Map" => $$""" "ItemProcessor": { {{Inner}} }, """, "Wait" => "\"Seconds\": 1,", _ => "" };
            var finding = Findings($$""" "Type": "{{type}}", {{own}} "{{field}}": "$.a", "Next": "B" """, language).ShouldHaveSingleItem();

            (finding.Pointer, finding.Rule).ShouldBe(($"/States/A/{field}", "unknown-field"));
            finding.Message.ShouldContain(language == "JSONata" ? "(JSONPath has it)" : "(JSONata has it)");
        }
    }
}
