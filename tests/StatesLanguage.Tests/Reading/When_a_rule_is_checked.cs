using System.Reflection;
using Flow.StatesLanguage.Reading;

namespace Flow.StatesLanguage.Tests.Reading;

/// <summary>Each rule refuses its one definition, alone, and lets pass the mended one.</summary>
// capability 10
public class When_a_rule_is_checked
{
    private const string Pass = """{ "Type": "Pass", "End": true }""";

    private static string Machine(string states) => $$"""{ "StartAt": "A", "States": { {{states}} } }""";

    private static string Query(string states) => $$"""{ "QueryLanguage": "JSONata", "StartAt": "A", "States": { {{states}} } }""";

    private static string Task(string more) => Machine($$""" "A": { "Type": "Task", "Resource": "flow:a", {{more}} "End": true } """);

    private static string Branch(string variable) => Machine($$"""
        "A": { "Type": "Pass", "Assign": { "total": 1 }, "Next": "B" },
        "B": { "Type": "Parallel", "Branches": [ { "StartAt": "C", "States": { "C": { "Type": "Pass", "Assign": { "{{variable}}.$": "$total" }, "End": true } } } ], "End": true }
        """);

    private static string Express(string type) => Machine($$"""
        "A": { "Type": "Map", "End": true, "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "{{type}}" }, "StartAt": "T", "States": {
          "T": { "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": { "StateMachineArn": "other" }, "End": true } } } }
        """);

    public static TheoryData<string, string, string> Pairs { get; } = new()
    {
        { "not-json", "{ \"StartAt\": ", Machine($"\"A\": {Pass}") },
        { "duplicate-key", Machine("""  "A": { "Type": "Pass", "Comment": "a", "Comment": "b", "End": true }  """), Machine("""  "A": { "Type": "Pass", "Comment": "b", "End": true }  """) },
        { "missing-field", Machine("""  "A": { "Type": "Task", "End": true }  """), Task("") },
        { "unknown-field", Machine("""  "A": { "Type": "Pass", "Resulr": 1, "End": true }  """), Machine("""  "A": { "Type": "Pass", "Result": 1, "End": true }  """) },
        { "exclusive-fields", Task(""" "TimeoutSeconds": 5, "TimeoutSecondsPath": "$.t", """), Task(""" "TimeoutSecondsPath": "$.t", """) },
        { "wrong-type", Task(""" "TimeoutSeconds": "5", """), Task(""" "TimeoutSeconds": 5, """) },
        { "out-of-range", Task(""" "TimeoutSeconds": 0, """), Task(""" "TimeoutSeconds": 1, """) },
        { "unknown-type", Machine("""  "A": { "Type": "Job", "End": true }  """), Machine($"\"A\": {Pass}") },
        { "invalid-path", Machine("""  "A": { "Type": "Pass", "InputPath": "$.[", "End": true }  """), Machine("""  "A": { "Type": "Pass", "InputPath": "$.a[0]", "End": true }  """) },
        { "invalid-expression", Query("""  "A": { "Type": "Pass", "Output": "{% $sum( %}", "End": true }  """), Query("""  "A": { "Type": "Pass", "Output": "{% $sum([1]) %}", "End": true }  """) },
        { "unavailable-value", Query("""  "A": { "Type": "Pass", "Output": "{% $states.result %}", "End": true }  """), Query("""  "A": { "Type": "Pass", "Output": "{% $states.input %}", "End": true }  """) },
        { "invalid-result-path", Machine("""  "A": { "Type": "Pass", "ResultPath": "$.a[*]", "End": true }  """), Machine("""  "A": { "Type": "Pass", "ResultPath": "$.a[1]", "End": true }  """) },
        { "invalid-timestamp", Machine("""  "A": { "Type": "Wait", "Timestamp": "2030-02-30T00:00:00Z", "End": true }  """), Machine("""  "A": { "Type": "Wait", "Timestamp": "2030-02-28T00:00:00Z", "End": true }  """) },
        { "invalid-error-equals", Task(""" "Retry": [ { "ErrorEquals": [ "States.ALL", "X" ] } ], """), Task(""" "Retry": [ { "ErrorEquals": [ "X" ] }, { "ErrorEquals": [ "States.ALL" ] } ], """) },
        { "invalid-name", Machine("""  "A": { "Type": "Pass", "Assign": { "2nd": 1 }, "End": true }  """), Machine("""  "A": { "Type": "Pass", "Assign": { "größe_2": 1 }, "End": true }  """) },
        { "outer-variable", Branch("total"), Branch("mine") },
        {
            "duplicate-state",
            Machine($$"""  "A": { "Type": "Parallel", "End": true, "Branches": [ { "StartAt": "A", "States": { "A": {{Pass}} } } ] }  """),
            Machine($$"""  "A": { "Type": "Parallel", "End": true, "Branches": [ { "StartAt": "B", "States": { "B": {{Pass}} } } ] }  """)
        },
        { "missing-target", Machine($$"""  "A": { "Type": "Pass", "Next": "C" }, "B": {{Pass}}  """), Machine($$"""  "A": { "Type": "Pass", "Next": "B" }, "B": {{Pass}}  """) },
        { "unreachable-state", Machine($$"""  "A": {{Pass}}, "B": {{Pass}}  """), Machine($$"""  "A": { "Type": "Pass", "Next": "B" }, "B": {{Pass}}  """) },
        { "no-terminal-state", Machine("""  "A": { "Type": "Pass", "Next": "A" }  """), Machine($"\"A\": {Pass}") },
        {
            "no-way-to-end",
            Machine("""  "A": { "Type": "Choice", "Choices": [ { "Variable": "$.x", "IsNull": true, "Next": "B" } ], "Default": "C" }, "B": { "Type": "Pass", "Next": "B" }, "C": { "Type": "Succeed" }  """),
            Machine("""  "A": { "Type": "Choice", "Choices": [ { "Variable": "$.x", "IsNull": true, "Next": "B" } ], "Default": "C" }, "B": { "Type": "Pass", "Next": "A" }, "C": { "Type": "Succeed" }  """)
        },
        { "not-in-express", Express("EXPRESS"), Express("STANDARD") },
        { "unknown-resource", Machine("""  "A": { "Type": "Task", "Resource": { "Ref": "Function" }, "End": true }  """), Machine("""  "A": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true }  """) },
        { "query-language-downgrade", Query("""  "A": { "Type": "Pass", "QueryLanguage": "JSONPath", "End": true }  """), Machine("""  "A": { "Type": "Pass", "QueryLanguage": "JSONata", "End": true }  """) },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Should_refuse_what_breaks_it_and_accept_what_mends_it(string rule, string broken, string mended)
    {
        var finding = Definition.Read(broken).Findings.ShouldHaveSingleItem();

        finding.Rule.ShouldBe(rule);
        finding.Message.Length.ShouldBeGreaterThan(10);
        Definition.Read(mended).Findings.ShouldBeEmpty();
    }

    [Fact]
    public void Should_be_in_the_table() =>
        typeof(Rules).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).ShouldBe(Pairs.Select(p => p.Data.Item1), ignoreOrder: true);
}
