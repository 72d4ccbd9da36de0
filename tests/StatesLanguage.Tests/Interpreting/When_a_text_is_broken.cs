using static Flow.StatesLanguage.Tests.Interpreting.Scene;

namespace Flow.StatesLanguage.Tests.Interpreting;

/// <summary>JSON may hold half of a surrogate pair, which no string can: it must fail the run, not the step.</summary>
public class When_a_text_is_broken
{
    [Fact]
    public void Should_fail_the_attempt_that_returns_it()
    {
        var scene = new Scene("""{ "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "End": true } } }""");
        scene.Begin();

        scene.Tell(new Signal.TaskSucceeded(scene.Token, Json("""{"a":"\ud800"}"""))).Last().ShouldStartWith("fail States.TaskFailed: The result contains a text");
    }

    [Theory]
    [InlineData("""{"a":"\ud800"}""", false)]
    [InlineData("""{"\uDC00":1}""", false)]
    [InlineData("""["\ud83d\ude00","\\ud800"]""", true)]
    [InlineData("null", true)]
    public void Should_be_refused_as_the_input_of_a_run(string input, bool isAccepted) => Interpreter.Accepts(Json(input)).ShouldBe(isAccepted);
}
