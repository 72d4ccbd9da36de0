using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 9
public sealed class When_query_languages_are_mixed
{
    [Fact]
    public void Should_hand_data_and_variables_from_one_to_the_other() => WorkflowTest.FromText("""
        { "StartAt": "Path", "States": {
          "Path": { "Type": "Pass", "Parameters": { "n.$": "$.n" }, "Assign": { "a": { "b": 2 } }, "Next": "Query" },
          "Query": { "Type": "Pass", "QueryLanguage": "JSONata", "Output": { "sum": "{% $states.input.n + $a.b %}" }, "Assign": { "c": "{% $a.b + 1 %}" }, "Next": "Back" },
          "Back": { "Type": "Pass", "Parameters": { "sum.$": "$.sum", "c.$": "$c" }, "End": true } } }
        """).Run(new { n = 5, other = 1 }).ShouldSucceed(new { sum = 7, c = 3 });

    [Fact]
    public void Should_take_the_machines_language_in_nested_machines_and_not_the_states()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "M", "States": {
              "M": { "Type": "Map", "QueryLanguage": "JSONata", "Items": "{% [1, 2] %}", "Output": "{% $sum($states.result) %}", "End": true, "ItemProcessor": { "StartAt": "I", "States": {
                "I": { "Type": "Pass", "Parameters": { "item.$": "$" }, "Next": "J" },
                "J": { "Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.item * 10 %}", "End": true } } } } } }
            """).Run();

        run.ShouldSucceed(30);
    }

    [Fact]
    public void Should_read_a_query_as_text_where_the_language_is_JSONPath() => WorkflowTest.FromText("""
        { "StartAt": "A", "States": { "A": { "Type": "Pass", "Parameters": { "a": "{% 1 %}", "b.$": "$.x" }, "Assign": { "c": "{% not parsed" }, "End": true } } }
        """).Run(new { x = 1 }).ShouldSucceed(new { a = "{% 1 %}", b = 1 }).ShouldHaveVariables(new { c = "{% not parsed" });

    [Fact]
    public void Should_read_a_path_as_text_where_the_language_is_JSONata() => WorkflowTest.FromText("""
        { "QueryLanguage": "JSONata", "StartAt": "A", "States": { "A": { "Type": "Pass", "Output": { "a": "$.x", "b.$": "States.UUID()" }, "End": true } } }
        """).Run(new { x = 1 }).Output.GetRawText().ShouldBe("""{ "a": "$.x", "b.$": "States.UUID()" }""");

    [Fact]
    public void Should_read_outer_variables_in_iterations_and_branches_and_not_leak_their_own() => WorkflowTest.FromText("""
        { "QueryLanguage": "JSONata", "StartAt": "A", "States": {
          "A": { "Type": "Pass", "Assign": { "x": 1, "f": 3 }, "Next": "M" },
          "M": { "Type": "Map", "Items": [ 10, 20 ], "Assign": { "all": "{% $states.result %}" }, "Next": "P", "ItemProcessor": { "StartAt": "I", "States": {
            "I": { "Type": "Pass", "Assign": { "mine": "{% $states.input * $f %}" }, "Next": "J" }, "J": { "Type": "Pass", "Output": "{% $mine + $x %}", "End": true } } } },
          "P": { "Type": "Parallel", "Branches": [ { "StartAt": "B", "States": { "B": { "Type": "Pass", "Output": "{% $all %}", "End": true } } } ], "Next": "E" },
          "E": { "Type": "Pass", "Output": { "in": "{% $states.input %}", "leaks": "{% $exists($mine) %}" }, "End": true } } }
        """).Run().ShouldSucceed(new { @in = new[] { new[] { 31, 61 } }, leaks = false });
}
