using System.Text.Json;
using Flow.StatesLanguage.NodeTesting;
using static Flow.StatesLanguage.Tests.NodeTesting.Rehearsal;

namespace Flow.StatesLanguage.Tests.NodeTesting;

public sealed class When_a_test_does_not_fit
{
    private const string Pass = """{"Type": "Pass", "End": true}""";
    private const string Task = """{"Type": "Task", "Resource": "flow:a", "End": true}""";
    private const string Map = """{"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}, "End": true}""";
    private const string Parallel = """{"Type": "Parallel", "Branches": [{"StartAt": "L", "States": {"L": {"Type": "Succeed"}}}], "End": true}""";
    private const string Machine = """{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}""";

    public static TheoryData<string, NodeTest, string> Unfit => new()
    {
        { Machine, new() { Node = "C" }, RefusalRules.UnknownNode },
        { Machine, new(), RefusalRules.UnknownNode },
        { "{", new(), RefusalRules.InvalidDefinition },
        { "[]", new(), RefusalRules.InvalidDefinition },
        { """{"Type": "Nap"}""", new(), RefusalRules.InvalidDefinition },
        { """{"Type": "Pass", "Comment": "\ud800", "End": true}""", new(), RefusalRules.InvalidDefinition },
        { Task, new(), RefusalRules.MissingMock },
        { Map, new(), RefusalRules.MissingMock },
        { Parallel, new(), RefusalRules.MissingMock },
        { Pass, new() { Mock = Gives("1") }, RefusalRules.InvalidMock },
        { """{"Type": "Wait", "Seconds": 1, "End": true}""", new() { Mock = FailsWith("E") }, RefusalRules.InvalidMock },
        { Task, new() { Mock = Gives("1") with { ErrorOutput = new("E", null) } }, RefusalRules.InvalidMock },
        { Task, new() { Mock = new() }, RefusalRules.InvalidMock },
        { Map, new() { Mock = Gives("{}") }, RefusalRules.InvalidMockResult },
        { Parallel, new() { Mock = Gives("[1, 2]") }, RefusalRules.InvalidMockResult },
        { Pass, new() { Context = JsonElement.Parse("1") }, RefusalRules.InvalidContext },
        { Pass, new() { Context = JsonElement.Parse("""{"Foo": 1}""") }, RefusalRules.InvalidContext },
        { Pass, new() { Context = JsonElement.Parse("""{"State": {"Foo": 1}}""") }, RefusalRules.InvalidContext },
        { Pass, new() { Context = JsonElement.Parse("""{"Map": {"Item": 1}}""") }, RefusalRules.InvalidContext },
        { Pass, new() { Context = JsonElement.Parse("""{"Task": {"Token": "t"}}""") }, RefusalRules.InvalidContext },
        { Pass, new() { Input = JsonElement.Parse("\"\\ud800\"") }, RefusalRules.InvalidInput },
        { Pass, new() { Variables = JsonElement.Parse("[]") }, RefusalRules.InvalidInput },
        { Pass, new() { RetryCount = 1 }, RefusalRules.InvalidSetting },
        { Task, new() { Mock = Gives("1"), RetryCount = -1 }, RefusalRules.InvalidSetting },
        { Task, new() { Mock = Gives("1"), FailedIterations = 1 }, RefusalRules.InvalidSetting },
        { Map, new() { Mock = Gives("[1]"), FailedIterations = 2 }, RefusalRules.InvalidSetting },
        { Map, new() { Mock = Gives("[1]"), FailedIterations = -1 }, RefusalRules.InvalidSetting },
        { Map, new() { Mock = Gives("[1]"), FailedNode = "I" }, RefusalRules.InvalidSetting },
        { Map, new() { Mock = Gives("[1]"), ItemReaderData = "[1]" }, RefusalRules.InvalidSetting },
        { Map, new() { Mock = FailsWith("E"), FailedNode = "J" }, RefusalRules.InvalidSetting },
    };

    [Theory, MemberData(nameof(Unfit))]
    public void Should_refuse_it(string definition, NodeTest test, string rule)
    {
        var refusal = Refuse(definition, test);
        refusal.Rule.ShouldBe(rule, refusal.Message);
        refusal.Findings.Any().ShouldBe(rule == RefusalRules.InvalidDefinition);
        refusal.Message.ShouldEndWith(".");
    }

    [Fact]
    public void Should_name_the_nodes_there_are() => Refuse(Machine, new() { Node = "C" }).Message.ShouldContain("A, B");

    [Theory]
    [InlineData("""{"Type": "Pass", "Next": "B", "Foo": 1}""", "/Foo")]
    [InlineData("""{"Type": "Pass", "InputPath": "x", "Next": "B"}""", "/InputPath")]
    [InlineData("""{"Type": "Pass"}""", "")]
    [InlineData("""{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}""", "/States/A/Next")]
    public void Should_point_into_the_text_that_was_given(string definition, string pointer) =>
        Refuse(definition, new() { Node = "A" }).Findings.Single().Pointer.ShouldBe(pointer);

    [Fact]
    public void Should_show_the_token_where_the_resource_does() =>
        Play("""{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Parameters": {"FunctionName": "f", "Payload": {"t.$": "$$.Task.Token"}}, "End": true}""",
            new() { Mock = Gives("1"), Context = JsonElement.Parse("""{"Task": {"Token": "abc"}}""") })
            .Inspection["afterParameters"].GetRawText().ShouldContain("abc");
}
