using Flow.StatesLanguage.Tests.Interpreting;
using static Flow.StatesLanguage.Tests.Interpreting.Scene;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 40
public sealed class When_a_scope_is_redriven
{
    private const string Chain = """
        { "StartAt": "A", "States": {
          "A": { "Type": "Task", "Resource": "flow:a", "Assign": { "seen.$": "$" }, "Next": "B" },
          "B": { "Type": "Task", "Resource": "flow:b", "TimeoutSeconds": 9, "Retry": [{ "ErrorEquals": ["States.ALL"], "IntervalSeconds": 4, "MaxAttempts": 1 }], "Next": "C" },
          "C": { "Type": "Pass", "Parameters": { "b.$": "$", "seen.$": "$seen" }, "End": true } } }
        """;

    private const string Group = """
        { "StartAt": "M", "States": { "M": { "Type": "Map", "MaxConcurrency": 2, "End": true,
          "ItemProcessor": { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "End": true } } } } } }
        """;

    [Fact]
    public void Should_go_on_at_the_node_that_failed_with_its_input_and_fresh_attempts()
    {
        var scene = Failed();

        scene.TellAll(new Signal.Redriven(1)).ShouldBe([
            "record ExecutionRedriven", "record TaskStateEntered B", "record TaskScheduled B", "dispatch t5 B flow:b 7 #1 timeout=9", "timer t5 Timeout +9s"]);

        scene.Tell(new Signal.TaskFailed(scene.Token, "E", null)).ShouldBe(["cancel timers t5", "timer t6 Retry +4s"]);
        scene.Tell(new Signal.TimerElapsed(scene.Token, TimerKind.Retry)).ShouldContain("dispatch t7 B flow:b 7 #2 timeout=9");
        scene.Tell(new Signal.TaskSucceeded(scene.Token, Json("8")))[^1].ShouldBe("""succeed {"b":8,"seen":7}""");
    }

    [Theory]
    [InlineData("B", "70", "dispatch t5 B flow:b 70 #1 timeout=9")]
    [InlineData("A", "1", "dispatch t5 A flow:a 1 #1")]
    [InlineData("C", "5", """succeed {"b":5,"seen":7}""")]
    public void Should_go_on_at_another_node_with_the_input_that_is_given(string node, string input, string command) =>
        Failed().Tell(new Signal.Redriven(1, node, Json(input))).ShouldContain(command);

    [Fact]
    public void Should_count_each_redrive_once()
    {
        var scene = Failed();
        scene.Tell(new Signal.Redriven(2)).ShouldBeEmpty();
        scene.Tell(new Signal.Redriven(1)).ShouldNotBeEmpty();

        scene.Tell(new Signal.Redriven(1)).ShouldBeEmpty();
        scene.Tell(new Signal.Redriven(2)).ShouldContain("dispatch t6 B flow:b 7 #1 timeout=9");
    }

    [Fact]
    public void Should_leave_alone_what_has_not_begun_or_ended_well()
    {
        var scene = new Scene("""{ "StartAt": "S", "States": { "S": { "Type": "Succeed" } } }""");
        scene.Tell(new Signal.Redriven(1)).ShouldBeEmpty();
        scene.Begin();

        scene.Tell(new Signal.Redriven(1)).ShouldBeEmpty();
    }

    [Fact]
    public void Should_refuse_a_node_that_is_not_there_and_one_whose_input_nobody_knows()
    {
        var scene = Failed();

        Should.Throw<ArgumentException>(() => scene.Tell(new Signal.Redriven(1, "Z"))).Message.ShouldContain("no state 'Z'");
        Should.Throw<ArgumentException>(() => scene.Tell(new Signal.Redriven(1, "C"))).Message.ShouldContain("The input of 'C' is missing");
    }

    [Fact]
    public void Should_run_again_only_the_iterations_that_did_not_end_well()
    {
        var scene = new Scene(Group, "[1, 2, 3]");
        scene.Begin();
        scene.Tell(new Signal.ChildClosed(scene.Token, 0, true, null, null)).ShouldBe(["release t1 1"]);
        scene.Tell(new Signal.ChildClosed(scene.Token, 1, false, "E", "why")).ShouldBe(["cancel children t1", "fail E: why"]);
        var old = Guid.Parse("99999999-9999-9999-9999-999999999999");

        scene.TellAll(new Signal.Redriven(1)).ShouldBe(["record ExecutionRedriven", "redrive t1 as t2 max=2"]);

        // What ended well is counted; a late word under another token counts for nothing.
        scene.Tell(new Signal.ChildrenReopened(scene.Token, 1)).ShouldBeEmpty();
        scene.Tell(new Signal.ChildClosed(old, 2, true, null, null)).ShouldBeEmpty();
        scene.Tell(new Signal.ChildClosed(scene.Token, 1, true, null, null)).ShouldBe(["release t2 1"]);
        scene.Tell(new Signal.ChildClosed(scene.Token, 2, true, null, null)).ShouldBe(["join t2"]);
        scene.Tell(new Signal.ChildrenClosed(scene.Token, Json("[10,20,30]"))).ShouldBe(["succeed [10,20,30]"]);
    }

    [Fact]
    public void Should_join_at_once_when_all_iterations_had_ended_well()
    {
        var scene = new Scene(Group, "[1, 2]");
        scene.Begin();
        scene.Tell(new Signal.ChildClosed(scene.Token, 0, true, null, null));
        scene.Tell(new Signal.Redriven(1)).ShouldBe(["redrive t1 as t2 max=2"]);

        scene.Tell(new Signal.ChildrenReopened(scene.Token, 2)).ShouldBe(["join t2"]);
    }

    [Fact]
    public void Should_open_all_iterations_anew_when_the_input_is_another()
    {
        var scene = new Scene(Group, "[1, 2]");
        scene.Begin();
        scene.Tell(new Signal.ChildClosed(scene.Token, 0, false, "E", null));

        scene.Tell(new Signal.Redriven(1, null, Json("[5]")))[0].ShouldStartWith("open t2 M /States/M/ItemProcessor#0=5");
    }

    [Fact]
    public void Should_go_on_where_it_was_cancelled()
    {
        var waiting = new Scene(Chain, "1");
        waiting.Begin();
        waiting.Tell(new Signal.Redriven(1)).ShouldBe(["dispatch t2 A flow:a 1 #1"]);

        var opened = new Scene(Group, "[1, 2]");
        opened.Begin();
        opened.Tell(new Signal.Redriven(1)).ShouldBe(["redrive t1 as t2 max=2"]);
    }

    [Fact]
    public void Should_tell_what_a_branch_does_not_begin_as_a_run()
    {
        var scene = new Scene(Group, "1", machine: "/States/M/ItemProcessor");
        scene.Begin();
        scene.Tell(new Signal.TaskFailed(scene.Token, "E", null));

        scene.TellAll(new Signal.Redriven(1)).ShouldBe(["record TaskStateEntered T", "record TaskScheduled T", "dispatch t2 T flow:t 1 #1"]);
    }

    /// <summary>A run that did A and failed at B, whose input is 7, after a retry.</summary>
    private static Scene Failed()
    {
        var scene = new Scene(Chain, "1");
        scene.Begin();
        scene.Tell(new Signal.TaskSucceeded(scene.Token, Json("7")));
        scene.Tell(new Signal.TaskFailed(scene.Token, "E", null));
        scene.Tell(new Signal.TimerElapsed(scene.Token, TimerKind.Retry));
        scene.Tell(new Signal.TaskFailed(scene.Token, "E", null))[^1].ShouldStartWith("fail E");
        return scene;
    }
}
