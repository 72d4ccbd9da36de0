using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 15
public sealed class When_variables_are_large
{
    private static string Text(int length) => new('x', length);

    [Theory]
    [InlineData(1_000, null)]
    [InlineData(262_000, null)]
    [InlineData(263_000, "States.DataLimitExceeded")]
    public void Should_bound_what_one_state_assigns(int length, string? error)
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:t", "ResultSelector": 1, "Assign": { "x.$": "States.Format('{}{}', $$.Execution.Input, $$.Execution.Input)" }, "End": true } } }
            """).Handle("t", _ => 1).Run(Text(length / 2));

        (error is null ? run.ShouldSucceed() : run.ShouldFail(error)).History.Count(h => h.Event.Type == "TaskStateExited").ShouldBe(error is null ? 1 : 0);
    }

    [Fact]
    public void Should_bound_what_all_have_together()
    {
        var states = Enumerable.Range(0, 60).Select(i => $$""" "S{{i}}": { "Type": "Pass", "Assign": { "x{{i}}.$": "$" }, "Next": "S{{i + 1}}" }, """);
        var run = WorkflowTest.FromText($$"""{ "StartAt": "S0", "States": { {{string.Concat(states)}} "S60": { "Type": "Succeed" } } }""").Run(Text(250_000));

        run.ShouldFail("States.DataLimitExceeded");
        run.Path[^1].ShouldBe("S41");
    }
}
