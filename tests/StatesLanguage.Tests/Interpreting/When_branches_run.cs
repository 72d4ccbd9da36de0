using static Flow.StatesLanguage.Tests.Interpreting.Scene;

namespace Flow.StatesLanguage.Tests.Interpreting;

// capability 21, 22
public class When_branches_run
{
    private const string Branching = """
        { "StartAt": "P", "States": {
          "P": { "Type": "Parallel", "Parameters": { "in.$": "$" }, "ResultSelector": { "first.$": "$[0]" }, "Next": "End",
            "Branches": [
              { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "End": true, "Catch": [ { "ErrorEquals": [ "Mine" ], "Next": "A2" } ] }, "A2": { "Type": "Pass", "End": true } } },
              { "StartAt": "B", "States": { "B": { "Type": "Pass", "Assign": { "y": 5 }, "Next": "B2" }, "B2": { "Type": "Pass", "Parameters": { "y.$": "$y", "x.$": "$x" }, "End": true } } } ],
            "Catch": [ { "ErrorEquals": [ "Ours" ], "Next": "End" } ] },
          "End": { "Type": "Succeed" } } }
        """;

    [Fact]
    public void Should_open_one_scope_a_branch_and_join_their_outputs()
    {
        var scene = new Scene(Branching, "1", variables: """{"x":3,"z":4}""");
        scene.TellAll(new Signal.Started()).ShouldBe([
            "record ExecutionStarted",
            "record ParallelStateEntered P",
            "record ParallelStateStarted P",
            """open t1 P /States/P/Branches/0#0={"in":1} /States/P/Branches/1#1={"in":1} variables={"x":3} max=0""",
        ]);
        scene.TellAll(new Signal.ChildClosed(scene.Token, 1, true, null, null)).ShouldBeEmpty();
        scene.TellAll(new Signal.ChildClosed(scene.Token, 0, true, null, null)).ShouldBe(["join t1"]);
        scene.TellAll(new Signal.ChildrenClosed(scene.Token, Json("[10,20]"))).ShouldBe([
            "record ParallelStateSucceeded P",
            "record ParallelStateExited P",
            "record SucceedStateEntered End",
            "record SucceedStateExited End",
            "record ExecutionSucceeded",
            """succeed {"first":10}""",
        ]);
    }

    [Fact]
    public void Should_read_outer_variables_and_keep_its_own_to_itself()
    {
        var scene = new Scene(Branching, "1", machine: "/States/P/Branches/1", index: 1, variables: """{"x":3}""");

        scene.TellAll(new Signal.Started()).ShouldBe([
            "record PassStateEntered B",
            "record PassStateExited B",
            "record PassStateEntered B2",
            "record PassStateExited B2",
            """succeed {"y":5,"x":3}""",
        ]);
        scene.Scope.Variables.ToString().ShouldBe("""{"x":3,"y":5}""");
    }

    [Theory]
    [InlineData("Ours", false)]
    [InlineData("Theirs", true)]
    public void Should_dead_letter_only_what_no_outer_node_catches(string error, bool isDead)
    {
        var scene = new Scene(Branching, "1", machine: "/States/P/Branches/0");
        scene.Begin();

        string[] dead = isDead ? [$"dead letter t1 A flow:a 1 attempts=1 {error}: why"] : [];
        scene.Tell(new Signal.TaskFailed(scene.Token, error, "why")).ShouldBe([.. dead, $"fail {error}: why"]);
    }

    [Fact]
    public void Should_cancel_the_other_branches_and_catch_the_error_of_one()
    {
        var scene = new Scene(Branching, "1");
        scene.Begin();

        scene.TellAll(new Signal.ChildClosed(scene.Token, 0, false, "Ours", "why")).ShouldBe([
            "cancel children t1",
            "record ParallelStateFailed P",
            "record ParallelStateExited P",
            "record SucceedStateEntered End",
            "record SucceedStateExited End",
            "record ExecutionSucceeded",
            """succeed {"Error":"Ours","Cause":"why"}""",
        ]);
    }
}
