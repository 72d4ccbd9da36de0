namespace Flow.StatesLanguage.Tests.Reading;

// capability 10, 15
public class When_a_variable_is_assigned_twice
{
    private static IReadOnlyList<Finding> Findings(string inner, string nest, string outer = """ "Assign": { "x": 1 }, """) => Definition.Read($$"""
        { "StartAt": "N", "States": {
          "N": { {{string.Format(System.Globalization.CultureInfo.InvariantCulture, nest, $$""" "StartAt": "I", "States": { "I": { {{inner}} } } """)}}, {{outer}} "End": true } } }
        """).Findings;

    private const string Parallel = """ "Type": "Parallel", "Branches": [ {{ {0} }} ] """;
    private const string Map = """ "Type": "Map", "ItemProcessor": {{ {0} }} """;
    private const string Old = """ "Type": "Map", "Iterator": {{ {0} }} """;
    private const string Distributed = """ "Type": "Map", "ItemProcessor": {{ "ProcessorConfig": {{ "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" }}, {0} }} """;

    [Theory]
    [InlineData(Parallel, "Branches/0")]
    [InlineData(Map, "ItemProcessor")]
    [InlineData(Old, "Iterator")]
    public void Should_refuse_the_assignment_in_the_inner_machine(string nest, string place)
    {
        var finding = Findings(""" "Type": "Pass", "Assign": { "x.$": "$" }, "End": true """, nest).ShouldHaveSingleItem();

        (finding.Pointer, finding.Rule).ShouldBe(($"/States/N/{place}/States/I/Assign/x.$", "outer-variable"));
    }

    [Fact]
    public void Should_find_it_in_Catch_and_in_Choices_within()
    {
        Findings(""" "Type": "Task", "Resource": "flow:a", "End": true, "Catch": [ { "ErrorEquals": [ "E" ], "Assign": { "x": 1 }, "Next": "I" } ] """, Map)
            .ShouldHaveSingleItem().Pointer.ShouldBe("/States/N/ItemProcessor/States/I/Catch/0/Assign/x");
        Findings(""" "Type": "Choice", "Default": "J", "Choices": [ { "Variable": "$", "IsNull": true, "Assign": { "x": 1 }, "Next": "J" } ] }, "J": { "Type": "Succeed" """, Map)
            .ShouldHaveSingleItem().Pointer.ShouldBe("/States/N/ItemProcessor/States/I/Choices/0/Assign/x");
    }

    [Fact]
    public void Should_find_it_where_a_catcher_around_assigns_the_name() =>
        Findings(""" "Type": "Pass", "Assign": { "x": 1 }, "End": true """, Map, """ "Catch": [ { "ErrorEquals": [ "E" ], "Assign": { "x": 1 }, "Next": "N" } ], """).ShouldHaveSingleItem().Rule.ShouldBe("outer-variable");

    [Fact]
    public void Should_accept_another_name() => Findings(""" "Type": "Pass", "Assign": { "y.$": "$x" }, "End": true """, Map).ShouldBeEmpty();

    [Fact]
    public void Should_accept_it_in_a_distributed_Map() => Findings(""" "Type": "Pass", "Assign": { "x": 1 }, "End": true """, Distributed).ShouldBeEmpty();

    [Fact]
    public void Should_accept_it_in_branches_side_by_side() =>
        Findings(""" "Type": "Pass", "Assign": { "y": 1 }, "End": true """, """ "Type": "Parallel", "Branches": [ {{ {0} }}, {{ "StartAt": "J", "States": {{ "J": {{ "Type": "Pass", "Assign": {{ "y": 2 }}, "End": true }} }} }} ] """).ShouldBeEmpty();

    [Fact]
    public void Should_accept_it_from_state_to_state() => Definition.Read("""
        { "StartAt": "A", "States": { "A": { "Type": "Pass", "Assign": { "x": 1 }, "Next": "B" }, "B": { "Type": "Pass", "Assign": { "x": 2 }, "End": true } } }
        """).Findings.ShouldBeEmpty();
}
