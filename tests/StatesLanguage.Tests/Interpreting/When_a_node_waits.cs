
namespace Flow.StatesLanguage.Tests.Interpreting;

// capability 27, 29
public class When_a_node_waits
{
    private static string Wait(string field) =>
        $$"""{ "StartAt": "W", "States": { "W": { "Type": "Wait", {{field}}, "Assign": { "w": 1 }, "OutputPath": "$.o", "Next": "S" }, "S": { "Type": "Pass", "Parameters": { "w.$": "$w" }, "End": true } } }""";

    [Theory]
    [InlineData("\"Seconds\": 90", 90)]
    [InlineData("\"SecondsPath\": \"$.s\"", 30)]
    [InlineData("\"Timestamp\": \"2030-01-01T01:00:00Z\"", 3600)]
    [InlineData("\"Timestamp\": \"2030-01-01T01:00:00+01:00\"", 0)]
    [InlineData("\"TimestampPath\": \"$.t\"", 2)]
    [InlineData("\"Seconds\": 0", 0)]
    public void Should_start_a_timer_unless_the_time_has_come(string field, int seconds)
    {
        var scene = new Scene(Wait(field), """{"s":30,"t":"2030-01-01T00:00:02Z","o":{}}""");

        scene.Begin().ShouldBe(seconds == 0 ? ["""succeed {"w":1}"""] : [$"timer t1 Wait +{seconds}s"]);
    }

    [Fact]
    public void Should_go_on_when_the_timer_elapses()
    {
        var scene = new Scene(Wait("\"Seconds\": 90"), """{"o":7}""");
        scene.Begin();
        scene.Now = scene.Now.AddSeconds(90);

        scene.TellAll(new Signal.TimerElapsed(scene.Token, TimerKind.Wait)).ShouldBe([
            "record WaitStateExited W",
            "record PassStateEntered S",
            "record PassStateExited S",
            "record ExecutionSucceeded",
            """succeed {"w":1}""",
        ]);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("-1")]
    [InlineData("1e30")]
    [InlineData("\"soon\"")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Should_fail_when_the_seconds_found_are_none(string seconds)
    {
        var scene = new Scene(Wait("\"SecondsPath\": \"$.s\""), $$"""{"s":{{seconds}},"o":1}""");

        scene.Begin().Single().ShouldStartWith("fail States.Runtime: An error occurred while executing the state 'W'. SecondsPath refers to ");
    }

    [Fact]
    public void Should_fail_as_a_Fail_says()
    {
        new Scene("""{ "StartAt": "F", "States": { "F": { "Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.Format('no {}', $.c)" } } }""", """{"e":"Bad","c":"way"}""")
            .TellAll(new Signal.Started()).ShouldBe(["record ExecutionStarted", "record FailStateEntered F", "record ExecutionFailed", "fail Bad: no way"]);
        new Scene("""{ "StartAt": "F", "States": { "F": { "Type": "Fail" } } }""").Begin().ShouldBe(["fail (none): (none)"]);
    }

    [Fact]
    public void Should_fail_when_no_choice_matches_and_there_is_no_default()
    {
        new Scene("""{ "StartAt": "C", "States": { "C": { "Type": "Choice", "Choices": [ { "Variable": "$.a", "IsPresent": true, "Next": "S" } ] }, "S": { "Type": "Succeed" } } }""")
            .Begin().Single().ShouldStartWith("fail States.NoChoiceMatched: ");
    }

    [Fact]
    public void Should_end_a_loop_that_never_waits()
    {
        new Scene("""
            { "StartAt": "A", "States": { "A": { "Type": "Pass", "Next": "B" }, "B": { "Type": "Choice", "Choices": [ { "Variable": "$.stop", "IsPresent": true, "Next": "S" } ], "Default": "A" }, "S": { "Type": "Succeed" } } }
            """).Begin().Single().ShouldStartWith("fail States.Runtime: 10000 states were walked");
    }
}
