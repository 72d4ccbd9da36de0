using System.Text.Json;
using Flow.StatesLanguage.NodeTesting;
using static Flow.StatesLanguage.Tests.NodeTesting.Rehearsal;

namespace Flow.StatesLanguage.Tests.NodeTesting;

// capability 9
public sealed class When_a_node_is_tested
{
    private const string Machine = """
        {"StartAt": "Each", "States": {
          "Each": {"Type": "Map", "ItemProcessor": {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "Parameters": {"got.$": "$$.Map.Item.Value"}, "End": true}}}, "Next": "Last"},
          "Last": {"Type": "Task", "Resource": "flow:last", "Parameters": {"n.$": "$.n", "of.$": "$limit"}, "ResultSelector": {"r.$": "$.r"}, "ResultPath": "$.last",
                   "Assign": {"limit.$": "$.r", "seen": true}, "OutputPath": "$.last", "End": true}}}
        """;

    [Theory]
    [InlineData("""{"Type": "Pass", "InputPath": "$.a", "Next": "B"}""", """{"a": 1}""", "Succeeded 1 -> B")]
    [InlineData("""{"Type": "Pass", "Result": {"b": 2}, "InputPath": "$.missing", "ResultPath": "$.c", "End": true}""", """{"a": 1}""", """Succeeded {"a":1,"c":{"b": 2}}""")]
    [InlineData("""{"Type": "Succeed", "OutputPath": "$.a"}""", """{"a": 1}""", "Succeeded 1")]
    [InlineData("""{"Type": "Wait", "Seconds": 86400, "Next": "B"}""", """{"a": 1}""", """Succeeded {"a": 1} -> B""")]
    [InlineData("""{"Type": "Wait", "SecondsPath": "$.a", "Next": "B"}""", """{"a": "soon"}""", "Failed States.Runtime")]
    [InlineData("""{"Type": "Fail", "ErrorPath": "$.a", "Cause": "c"}""", """{"a": "E"}""", "Failed E")]
    [InlineData("""{"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "One"}], "Default": "Other"}""", """{"a": 1}""", """Succeeded {"a": 1} -> One""")]
    [InlineData("""{"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "One"}], "Default": "Other"}""", """{"a": 2}""", """Succeeded {"a": 2} -> Other""")]
    [InlineData("""{"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "One"}]}""", """{"a": 2}""", "Failed States.NoChoiceMatched")]
    public void Should_end_as_it_would_in_a_run(string state, string input, string outcome) => Play(state, input).Said().ShouldBe(outcome);

    [Fact]
    public void Should_show_the_data_after_each_step()
    {
        var outcome = Play(Machine, new()
        {
            Node = "Last",
            Input = JsonElement.Parse("""{"n": 7}"""),
            Variables = JsonElement.Parse("""{"limit": 9}"""),
            Mock = Gives("""{"r": 5, "s": 6}"""),
        });

        outcome.Said().ShouldBe("""Succeeded {"r":5}""");
        outcome.Steps().ShouldBe(
        [
            """input {"n": 7}""",
            """afterInputPath {"n": 7}""",
            """afterParameters {"n":7,"of":9}""",
            """result {"r": 5, "s": 6}""",
            """afterResultSelector {"r":5}""",
            """afterResultPath {"n":7,"last":{"r":5}}""",
            """variables {"limit":5,"seen":true}""",
        ]);
        outcome.Commands.OfType<Command.DispatchWorkItem>().Single().Input.GetRawText().ShouldBe("""{"n":7,"of":9}""");
    }

    [Fact]
    public void Should_show_the_steps_up_to_the_one_that_fails()
    {
        var outcome = Play(Machine, """{"n": 7}""", Gives("{}"), "Last");
        outcome.Said().ShouldBe("Failed States.Runtime");
        outcome.Cause.ShouldNotBeNull().ShouldContain("$limit");
        outcome.Steps().ShouldBe(["""input {"n": 7}""", """afterInputPath {"n": 7}"""]);
    }

    [Fact]
    public void Should_find_it_in_a_nested_machine()
    {
        var outcome = Play(Machine, new() { Node = "Inner", Context = JsonElement.Parse("""{"Map": {"Item": {"Index": 0, "Value": 3}}}""") });
        outcome.Said().ShouldBe("""Succeeded {"got":3}""");
        outcome.Pointer.ShouldBe("/States/Each/ItemProcessor/States/Inner");
    }

    [Fact]
    public void Should_take_a_context_object_as_it_is()
    {
        const string Shows = """{"Type": "Pass", "Parameters": {"all.$": "$$", "name.$": "$$.Execution.Name"}, "End": true}""";
        Play(Shows, new() { Context = JsonElement.Parse("""{"Execution": {"Name": "mine"}}""") }).Said()
            .ShouldBe("""Succeeded {"all":{"Execution": {"Name": "mine"}},"name":"mine"}""");
    }

    [Fact]
    public void Should_make_up_the_context_of_a_new_run()
    {
        const string Shows = """{"Type": "Pass", "Parameters": {"in.$": "$$.Execution.Input", "at.$": "$$.State.EnteredTime", "state.$": "$$.State.Name"}, "End": true}""";
        Play(Shows, """{"a": 1}""").Said().ShouldBe("""Succeeded {"in":{"a": 1},"at":"2030-01-01T00:00:00.000Z","state":"StateName"}""");
    }

    [Fact]
    public void Should_take_an_empty_object_for_a_missing_input() => Play("""{"Type": "Succeed"}""", new()).Said().ShouldBe("Succeeded {}");

    [Fact]
    public void Should_give_the_same_answer_to_the_same_question()
    {
        const string Draws = """{"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": true}""";
        Play(Draws).Said().ShouldBe(Play(Draws).Said());
    }

    [Fact]
    public void Should_bear_the_deepest_input_that_is_read()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 64)) + string.Concat(Enumerable.Repeat("]", 64));
        Play("""{"Type": "Succeed"}""", deep).Said().ShouldBe("Succeeded " + deep);
    }
}
