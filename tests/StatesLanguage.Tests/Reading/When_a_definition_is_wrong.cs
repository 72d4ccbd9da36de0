namespace Flow.StatesLanguage.Tests.Reading;

// capability 10
public class When_a_definition_is_wrong
{
    private static string Machine(string states, string extra = "") => $$"""{ "StartAt": "A", {{extra}} "States": { {{states}} } }""";

    private static string Query(string states) => Machine(states, "\"QueryLanguage\": \"JSONata\",");

    private static string Task(string extra) => Machine($$"""{{"\"A\""}}: { "Type": "Task", "Resource": "flow:a", "End": true, {{extra}} }""");

    private static string Map(string extra) =>
        Machine($$"""{{"\"A\""}}: { "Type": "Map", "End": true, {{extra}} "ItemProcessor": { "StartAt": "P", "States": { "P": { "Type": "Pass", "End": true } } } }""");

    public static TheoryData<string, string, string> Wrong { get; } = new()
    {
        { "", "", "not-json" },
        { "no json", "", "not-json" },
        { "[1", "", "not-json" },
        { new string('[', 5000), "", "not-json" },
        { "\"\\ud800\"", "", "wrong-type" },
        { "{ \"StartAt\": \"\\ud800\", \"States\": {} }", "", "not-json" },
        { "[]", "", "wrong-type" },
        { "{}", "", "missing-field" },
        { """{ "StartAt": 5, "States": { "A": { "Type": "Pass", "End": true } } }""", "/StartAt", "wrong-type" },
        { """{ "StartAt": "A", "States": {} }""", "/States", "missing-field" },
        { """{ "StartAt": "B", "States": { "A": { "Type": "Pass", "End": true } } }""", "/StartAt", "missing-target" },
        { """{ "StartAt": "A", "States": { "A": { "Type": "Pass", "End": true, "End": true } } }""", "/States/A/End", "duplicate-key" },
        { Machine("""  "A": { "Type": "Pass", "End": true }  """, "\"Foo\": 1,"), "/Foo", "unknown-field" },
        { Machine("""  "A": { "Type": "Pass", "End": true }  """, "\"TimeoutSeconds\": 0,"), "/TimeoutSeconds", "out-of-range" },
        { Machine("""  "A": { "Type": "Pass", "End": true, "QueryLanguage": "JSONPath" }  """, "\"QueryLanguage\": \"JSONata\","), "/States/A/QueryLanguage", "query-language-downgrade" },
        { Machine("""  "A": { "Type": "Pass", "End": true, "QueryLanguage": "XPath" }  """), "/States/A/QueryLanguage", "out-of-range" },
        { Query("""  "A": { "Type": "Pass", "Output": "{% 1 + %}", "End": true }  """), "/States/A/Output", "invalid-expression" },
        { Query("""  "A": { "Type": "Pass", "Output": { "a": [1, "2 %}"] }, "End": true }  """), "/States/A/Output/a/1", "invalid-expression" },
        { Query("""  "A": { "Type": "Pass", "OutputPath": "$.a", "End": true }  """), "/States/A/OutputPath", "unknown-field" },
        { Query("""  "A": { "Type": "Pass", "Result": 1, "End": true }  """), "/States/A/Result", "unknown-field" },
        { Machine("""  "A": { "Type": "Pass", "Output": 1, "End": true }  """), "/States/A/Output", "unknown-field" },
        { Query("""  "A": { "Type": "Wait", "SecondsPath": "$.a", "End": true }  """), "/States/A/SecondsPath", "unknown-field" },
        { Query("""  "A": { "Type": "Choice", "Choices": [{ "Next": "B" }], "Default": "B" }, "B": { "Type": "Succeed" }  """), "/States/A/Choices/0", "missing-field" },
        { Query("""  "A": { "Type": "Choice", "Choices": [{ "Condition": "{% true %}", "Variable": "$.a", "Next": "B" }], "Default": "B" }, "B": { "Type": "Succeed" }  """), "/States/A/Choices/0/Variable", "unknown-field" },
        { Query("""  "A": { "Type": "Pass", "Assign": { "states": 1 }, "End": true }  """), "/States/A/Assign/states", "invalid-name" },
        { Machine("""  "A": { "Type": "Pass", "Assign": { "1a.$": "$.a" }, "End": true }  """), "/States/A/Assign/1a.$", "invalid-name" },
        { Query("""  "A": { "Type": "Task", "Resource": "flow:a", "TimeoutSeconds": "10", "End": true }  """), "/States/A/TimeoutSeconds", "wrong-type" },
        { Machine("""  "A": { "Type": "Pass", "End": true, "QueryLanguage": "XPath" }  """), "/States/A/QueryLanguage", "out-of-range" },
        { Machine("""  "A": 7  """), "/States/A", "wrong-type" },
        { Machine("""  "A": { "End": true }  """), "/States/A", "missing-field" },
        { Machine("""  "A": { "Type": "Pas", "End": true }  """), "/States/A/Type", "unknown-type" },
        { Machine("""  "A": { "Type": "Pass" }  """), "/States/A", "missing-field" },
        { Machine("""  "A": { "Type": "Pass", "Next": "A", "End": true }  """), "/States/A/End", "exclusive-fields" },
        { Machine("""  "A": { "Type": "Pass", "Next": "Z" }  """), "/States/A/Next", "missing-target" },
        { Machine("""  "A": { "Type": "Pass", "End": true }, "B": { "Type": "Pass", "End": true }  """), "/States/B", "unreachable-state" },
        { Machine("""  "A": { "Type": "Pass", "Next": "B" }, "B": { "Type": "Pass", "Next": "A" }  """), "/States", "no-terminal-state" },
        {
            Machine("""
                "A": { "Type": "Choice", "Choices": [ { "Variable": "$.x", "IsNull": true, "Next": "B" } ], "Default": "C" },
                "B": { "Type": "Pass", "Next": "B" }, "C": { "Type": "Succeed" }
                """), "/States/B", "no-way-to-end"
        },
        { Machine($"\"A\": {{ \"Type\": \"Pass\", \"Next\": \"{new string('x', 81)}\" }}, \"{new string('x', 81)}\": {{ \"Type\": \"Succeed\" }}"), $"/States/{new string('x', 81)}", "invalid-name" },
        { Machine("""  "A": { "Type": "Pass", "End": true, "InputPath": "x" }  """), "/States/A/InputPath", "invalid-path" },
        { Machine("""  "A": { "Type": "Pass", "End": true, "ResultPath": "$[*]" }  """), "/States/A/ResultPath", "invalid-result-path" },
        { Machine("""  "A": { "Type": "Pass", "End": true, "ResultPath": "$$.x" }  """), "/States/A/ResultPath", "invalid-result-path" },
        { Machine("""  "A": { "Type": "Pass", "End": true, "Parameters": { "x.$": "States.Nope()" } }  """), "/States/A/Parameters/x.$", "invalid-expression" },
        { Machine("""  "A": { "Type": "Pass", "End": true, "Output": 1 }  """), "/States/A/Output", "unknown-field" },
        { Machine("""  "A": { "Type": "Pass", "End": true, "Retry": [] }  """), "/States/A/Retry", "unknown-field" },
        { Machine("""  "A": { "Type": "Succeed", "ResultSelector": {} }  """), "/States/A/ResultSelector", "unknown-field" },
        { Machine("""  "A": { "Type": "Succeed", "Comment": 1 }  """), "/States/A/Comment", "wrong-type" },
        { Machine("""  "A": { "Type": "Fail", "Error": "x", "ErrorPath": "$.x" }  """), "/States/A/ErrorPath", "exclusive-fields" },
        { Machine("""  "A": { "Type": "Wait", "End": true }  """), "/States/A", "missing-field" },
        { Machine("""  "A": { "Type": "Wait", "Seconds": 1, "Timestamp": "2030-01-01T00:00:00Z", "End": true }  """), "/States/A/Timestamp", "exclusive-fields" },
        { Machine("""  "A": { "Type": "Wait", "Seconds": 1.5, "End": true }  """), "/States/A/Seconds", "out-of-range" },
        { Machine("""  "A": { "Type": "Wait", "Timestamp": "2030-02-30T00:00:00Z", "End": true }  """), "/States/A/Timestamp", "invalid-timestamp" },
        { Machine("""  "A": { "Type": "Choice", "Choices": [], "Default": "B" }, "B": { "Type": "Succeed" }  """), "/States/A/Choices", "missing-field" },
        { Machine("""  "A": { "Type": "Choice", "Choices": [ 1 ], "Default": "B" }, "B": { "Type": "Succeed" }  """), "/States/A/Choices/0", "wrong-type" },
        { Machine("""  "A": { "Type": "Choice", "Choices": [ { "Variable": "$.x", "IsNull": true, "Next": "Z" } ], "Default": "B" }, "B": { "Type": "Succeed" }  """), "/States/A/Choices/0/Next", "missing-target" },
        { Machine("""  "A": { "Type": "Choice", "Choices": [ { "Variable": "$.x", "IsNull": true } ], "Default": "B" }, "B": { "Type": "Succeed" }  """), "/States/A/Choices/0", "missing-field" },
        { Machine("""  "A": { "Type": "Task", "End": true }  """), "/States/A", "missing-field" },
        { Machine("""  "A": { "Type": "Task", "Resource": "foo:bar", "End": true }  """), "/States/A/Resource", "unknown-resource" },
        { Task("""  "TimeoutSeconds": 5, "TimeoutSecondsPath": "$.t"  """), "/States/A/TimeoutSecondsPath", "exclusive-fields" },
        { Task("""  "TimeoutSeconds": 5, "HeartbeatSeconds": 5  """), "/States/A/HeartbeatSeconds", "out-of-range" },
        { Task("""  "Credentials": null  """), "/States/A/Credentials", "wrong-type" },
        { Task("""  "Credentials": {}  """), "/States/A/Credentials", "missing-field" },
        { Task("""  "Retry": {}  """), "/States/A/Retry", "wrong-type" },
        { Task("""  "Retry": [ {} ]  """), "/States/A/Retry/0", "missing-field" },
        { Task("""  "Retry": [ { "ErrorEquals": [] } ]  """), "/States/A/Retry/0/ErrorEquals", "invalid-error-equals" },
        { Task("""  "Retry": [ { "ErrorEquals": [ 1 ] } ]  """), "/States/A/Retry/0/ErrorEquals/0", "wrong-type" },
        { Task("""  "Retry": [ { "ErrorEquals": [ "States.ALL", "X" ] } ]  """), "/States/A/Retry/0/ErrorEquals", "invalid-error-equals" },
        { Task("""  "Retry": [ { "ErrorEquals": [ "States.ALL" ] }, { "ErrorEquals": [ "X" ] } ]  """), "/States/A/Retry/0/ErrorEquals", "invalid-error-equals" },
        { Task("""  "Retry": [ { "ErrorEquals": [ "X" ], "BackoffRate": 0.5 } ]  """), "/States/A/Retry/0/BackoffRate", "out-of-range" },
        { Task("""  "Retry": [ { "ErrorEquals": [ "X" ], "JitterStrategy": "HALF" } ]  """), "/States/A/Retry/0/JitterStrategy", "out-of-range" },
        { Task("""  "Retry": [ { "ErrorEquals": [ "X" ], "MaxDelaySeconds": 0 } ]  """), "/States/A/Retry/0/MaxDelaySeconds", "out-of-range" },
        { Task("""  "Retry": [ { "ErrorEquals": [ "X" ], "Next": "A" } ]  """), "/States/A/Retry/0/Next", "unknown-field" },
        { Task("""  "Catch": [ { "ErrorEquals": [ "X" ] } ]  """), "/States/A/Catch/0", "missing-field" },
        { Task("""  "Catch": [ { "ErrorEquals": [ "X" ], "Next": "Z" } ]  """), "/States/A/Catch/0/Next", "missing-target" },
        { Machine("""  "A": { "Type": "Parallel", "Branches": [], "End": true }  """), "/States/A/Branches", "missing-field" },
        { Machine("""  "A": { "Type": "Parallel", "Branches": [ [] ], "End": true }  """), "/States/A/Branches/0", "wrong-type" },
        { Machine("""  "A": { "Type": "Parallel", "Branches": [ { "StartAt": "A", "States": { "A": { "Type": "Succeed" } } } ], "End": true }  """), "/States/A/Branches/0/States/A", "duplicate-state" },
        { Machine("""  "A": { "Type": "Parallel", "Branches": [ { "StartAt": "B", "States": { "B": { "Type": "Pass", "Next": "A" } } } ], "End": true }  """), "/States/A/Branches/0/States/B/Next", "missing-target" },
        { Machine("""  "A": { "Type": "Map", "End": true }  """), "/States/A", "missing-field" },
        { Map("""  "ItemsPath": null,  """), "/States/A/ItemsPath", "wrong-type" },
        { Map("""  "ItemReader": {},  """), "/States/A/ItemReader", "unknown-field" },
        { Map("""  "Parameters": {}, "ItemSelector": {},  """), "/States/A/ItemSelector", "exclusive-fields" },
        { Map("""  "ToleratedFailurePercentage": 105,  """), "/States/A/ToleratedFailurePercentage", "out-of-range" },
        { Map("""  "MaxConcurrency": -1,  """), "/States/A/MaxConcurrency", "out-of-range" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Should_say_where_and_which_rule(string text, string pointer, string rule)
    {
        var reading = Definition.Read(text);

        reading.Definition.ShouldBeNull();
        reading.Findings.ShouldContain(f => f.Pointer == pointer && f.Rule == rule, $"{rule} at '{pointer}', but there are: {string.Join(" | ", reading.Findings)}");
        reading.Findings.ShouldAllBe(f => f.Message.Length > 10);
    }

    [Fact]
    public void Should_list_all_findings_in_document_order()
    {
        var findings = Definition.Read("""
            { "Foo": 1, "StartAt": "A", "States": { "A": { "Type": "Pass", "Next": "Z", "InputPath": "x" }, "B": { "Type": "Wait", "Seconds": -1, "End": true } }, "Bar": 2 }
            """).Findings;

        findings.Select(f => f.Pointer).ShouldBe(["/Foo", "/States/A/Next", "/States/A/InputPath", "/States/B/Seconds", "/Bar"]);
    }
}
