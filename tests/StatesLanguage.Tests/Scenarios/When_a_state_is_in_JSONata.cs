using System.Text.Json;
using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 9
public sealed class When_a_state_is_in_JSONata
{
    private static WorkflowTest Of(string state) => WorkflowTest.FromText($$"""
        { "QueryLanguage": "JSONata", "StartAt": "S", "States": { "S": { {{state}} }, "Z": { "Type": "Succeed" } } }
        """);

    private static void Succeeds(WorkflowRun run, string output) => run.ShouldSucceed(JsonElement.Parse(output));

    [Theory]
    [InlineData(""" "Type": "Pass" """, "[1]", "[1]")]
    [InlineData(""" "Type": "Pass", "Output": null """, "{}", "null")]
    [InlineData(""" "Type": "Pass", "Output": "{% null %}" """, "{}", "null")]
    [InlineData(""" "Type": "Pass", "Output": "text {% 1 %} text" """, "{}", "\"text {% 1 %} text\"")]
    [InlineData(""" "Type": "Pass", "Output": [ 1, { "{% 1 %}": "{% $states.input.a[] %}", "x.$": "$.a" } ] """, """{"a":5}""", """[1,{"{% 1 %}":[5],"x.$":"$.a"}]""")]
    [InlineData(""" "Type": "Pass", "Output": "{% $states.input.list[n > 1].n %}" """, """{"list":[{"n":1},{"n":2}]}""", "2")]
    [InlineData(""" "Type": "Pass", "Output": "{% { 'a': $states.input.none, 'b': 1 } %}" """, "{}", """{"b":1}""")]
    [InlineData(""" "Type": "Pass", "Output": "{% $states.context.State.Name & $states.context.StateMachine.Name %}" """, "{}", "\"Sworkflow\"")]
    [InlineData(""" "Type": "Pass", "Output": "{% $states.context.Execution.Input = $states.input %}" """, """{"a":1}""", "true")]
    [InlineData(""" "Type": "Pass", "Output": "{% $now() %}" """, "{}", "\"2030-01-01T00:00:00.000Z\"")]
    [InlineData(""" "Type": "Pass", "Output": "{% { 'p': $partition([1..5], 2), 'r': $range(1, 5, 2), 'j': $parse('[1]'), 'h': $hash('a', 'MD5') } %}" """, "{}", """{"p":[[1,2],[3,4],[5]],"r":[1,3,5],"j":[1],"h":"0cc175b9c0f1b6a831c399e269772661"}""")]
    [InlineData(""" "Type": "Pass", "Output": "{% $exists($) or $exists(a) or $exists($$.a) %}" """, """{"a":1}""", "false")]
    public void Should_shape_its_output(string state, string input, string output) => Succeeds(Of($"{state}, \"Next\": \"Z\"").Run(JsonElement.Parse(input)), output);

    [Fact]
    public void Should_send_its_arguments_and_see_the_result()
    {
        var run = Of("""
            "Type": "Task", "Resource": "flow:t", "Arguments": { "twice": "{% $states.input.n * 2 %}", "in": "{% $states.context.State.RetryCount %}" },
            "Assign": { "before": "{% $states.input.n %}", "got": "{% $states.result.v %}" }, "Output": "{% [$states.input.n, $states.result.v] %}", "Next": "Z"
            """).Handle("t", a => new { v = a.Payload.GetProperty("twice") }).Run(new { n = 4 });

        run.ShouldSucceed(new[] { 4, 8 }).ShouldHaveVariables(new { before = 4, got = 8 });
        run.Attempts("t").ShouldHaveSingleItem().Payload.GetRawText().ShouldBe("""{"twice":8,"in":0}""");
    }

    [Fact]
    public void Should_hand_on_the_result_when_it_has_no_Output() =>
        Of(""" "Type": "Task", "Resource": "flow:t", "Next": "Z" """).Handle("t", a => new { got = a.Payload }).Run(new { n = 4 }).ShouldSucceed(new { got = new { n = 4 } });

    [Fact]
    public void Should_see_the_error_it_caught() => Of("""
        "Type": "Task", "Resource": "flow:t", "Next": "Z",
        "Catch": [ { "ErrorEquals": [ "E" ], "Assign": { "error": "{% $states.errorOutput.Error %}" }, "Output": "{% $states.input.n & $states.errorOutput.Cause %}", "Next": "Z" } ]
        """).Fail("t", "E", "why").Run(new { n = 4 }).ShouldSucceed("4why").ShouldHaveVariables(new { error = "E" });

    [Fact]
    public void Should_hand_on_the_error_when_the_catcher_has_no_Output() => Of("""
        "Type": "Task", "Resource": "flow:t", "Next": "Z", "Output": "{% 'not this' %}", "Catch": [ { "ErrorEquals": [ "E" ], "Next": "Z" } ]
        """).Fail("t", "E", "why").Run().ShouldSucceed(new { Error = "E", Cause = "why" }.ToJson());

    [Theory]
    [InlineData("""{"n":1}""", "\"one\"", "rule")]
    [InlineData("""{"n":2}""", """{"n":2}""", "rule 2")]
    [InlineData("""{"n":3}""", "\"other\"", "state")]
    public void Should_choose_by_conditions_whose_fields_come_before_the_states(string input, string output, string by) => Succeeds(
        Of("""
            "Type": "Choice", "Default": "Z", "Assign": { "by": "state" }, "Output": "{% 'other' %}", "Choices": [
              { "Condition": "{% $states.input.n = 1 %}", "Assign": { "by": "rule" }, "Output": "{% 'one' %}", "Next": "Z" },
              { "Condition": "{% $states.input.n = 2 %}", "Assign": { "by": "rule 2" }, "Output": "{% $states.input %}", "Next": "Z" },
              { "Condition": false, "Next": "Z" } ]
            """).Run(JsonElement.Parse(input)).ShouldHaveVariables(new { by }),
        output);

    [Fact]
    public void Should_give_branches_its_arguments_and_shape_what_they_give() => Of("""
        "Type": "Parallel", "Arguments": { "n": "{% $states.input + 1 %}" }, "Output": "{% $sum($states.result) %}", "Next": "Z", "Branches": [
          { "StartAt": "L", "States": { "L": { "Type": "Pass", "Output": "{% $states.input.n * 10 %}", "End": true } } },
          { "StartAt": "R", "States": { "R": { "Type": "Pass", "Output": "{% $states.input.n %}", "End": true } } } ]
        """).Run(1).ShouldSucceed(22);

    [Theory]
    [InlineData("\"Items\": \"{% $states.input.list %}\"", "[10,21,32]")]
    [InlineData("\"Items\": \"{% [5..7] %}\"", "[5,7,9]")]
    [InlineData("\"Items\": [ 1, \"{% $states.input.list[0] %}\" ]", "[1,11]")]
    public void Should_iterate_over_its_items(string items, string output) => Succeeds(
        Of($$"""
            "Type": "Map", {{items}}, "ItemSelector": { "sum": "{% $states.context.Map.Item.Value + $states.context.Map.Item.Index %}", "of": "{% $count($states.input.list) %}" }, "MaxConcurrency": "{% 1 %}",
            "ItemProcessor": { "StartAt": "I", "States": { "I": { "Type": "Pass", "Output": "{% $states.input.sum %}", "End": true } } }, "Next": "Z"
            """).Run(new { list = new[] { 10, 20, 30 } }),
        output);

    [Fact]
    public void Should_draw_the_same_chance_again_for_the_same_seed()
    {
        var test = Of(""" "Type": "Pass", "Output": "{% [$random(), $uuid(), $shuffle([1..20])[0], $random(7)] %}", "Next": "Z" """);

        test.Run().Output.GetRawText().ShouldBe(test.Run().Output.GetRawText());
        test.With(s => s with { Seed = 2 }).Run().Output.GetRawText().ShouldNotBe(test.Run().Output.GetRawText());
    }
}
