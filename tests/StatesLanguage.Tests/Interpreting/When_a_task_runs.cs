using static Flow.StatesLanguage.Tests.Interpreting.Scene;

namespace Flow.StatesLanguage.Tests.Interpreting;

// capability 15, 17, 97
public class When_a_task_runs
{
    private const string Task = """
        { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:video/cut", "TimeoutSeconds": 60, "HeartbeatSeconds": 10,
          "InputPath": "$.in", "Parameters": { "n.$": "$.n", "k": 1 }, "ResultSelector": { "r.$": "$.x" }, "ResultPath": "$.out", "OutputPath": "$.out", "End": true } } }
        """;

    [Fact]
    public void Should_dispatch_its_effective_input_with_its_limits()
    {
        var scene = new Scene(Task, """{"in":{"n":5}}""");

        scene.TellAll(new Signal.Started()).ShouldBe([
            "record ExecutionStarted",
            "record TaskStateEntered A",
            "record TaskScheduled A",
            """dispatch t1 A flow:video/cut {"n":5,"k":1} #1 timeout=60 heartbeat=10""",
            "timer t1 Timeout +60s",
            "timer t1 Heartbeat +10s",
        ]);
        scene.Scope.Status.ShouldBe(ScopeStatus.Running);
        scene.Scope.Node.ShouldBe("A");
        scene.Scope.TaskInput.ToString().ShouldBe("""{"n":5,"k":1}""");
    }

    [Fact]
    public void Should_shape_place_and_hand_on_its_result()
    {
        var scene = new Scene(Task, """{"in":{"n":5}}""");
        scene.Begin();

        scene.TellAll(new Signal.TaskSucceeded(scene.Token, Json("""{"x":7,"y":8}"""))).ShouldBe([
            "record TaskSucceeded A",
            "cancel timers t1",
            "record TaskStateExited A",
            "record ExecutionSucceeded",
            """succeed {"r":7}""",
        ]);
        scene.Scope.Status.ShouldBe(ScopeStatus.Succeeded);
        scene.Scope.Input.ToString().ShouldBe("""{"r":7}""");
        scene.Scope.Token.ShouldBeNull();
    }

    // capability 53
    [Fact]
    public void Should_keep_its_journal_when_it_ends_well()
    {
        var scene = new Scene(Task, """{"in":{"n":5}}""");
        scene.Begin();

        scene.Tell(new Signal.TaskSucceeded(scene.Token, Json("""{"x":7,"y":8}"""), HasJournal: true)).ShouldBe(["cancel timers t1", """succeed {"r":7}""", "keep journal t1 A"]);
    }

    // capability 53
    [Theory]
    [InlineData("", "fail States.")]
    [InlineData(""" "Retry": [{"ErrorEquals": ["States.ALL"]}],""", "timer t2 Retry")]
    [InlineData(""" "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}],""", "succeed")]
    public void Should_drop_its_journal_when_its_result_cannot_be_shaped(string handling, string last)
    {
        var scene = new Scene($$"""
            { "StartAt": "A", "States": { "B": { "Type": "Succeed" },
              "A": { "Type": "Task", "Resource": "flow:a",{{handling}} "ResultSelector": { "r.$": "States.ArrayGetItem($.x, 9)" }, "Next": "B" } } }
            """);
        scene.Begin();

        var commands = scene.Tell(new Signal.TaskSucceeded(scene.Token, Json("""{"x":[1]}"""), HasJournal: true));
        commands.ShouldNotContain(command => command.StartsWith("keep"));
        commands[^1].ShouldStartWith(last);
    }

    [Fact]
    public void Should_walk_on_through_nodes_that_do_not_wait()
    {
        var scene = new Scene("""
            { "StartAt": "A", "States": {
              "A": { "Type": "Task", "Resource": "flow:a", "Next": "B" },
              "B": { "Type": "Pass", "Result": 1, "ResultPath": "$.b", "Next": "C" },
              "C": { "Type": "Choice", "Choices": [ { "Variable": "$.b", "NumericEquals": 1, "Next": "D" } ] },
              "D": { "Type": "Task", "Resource": "flow:d", "End": true } } }
            """);
        scene.Begin().ShouldBe(["dispatch t1 A flow:a {} #1"]);

        scene.TellAll(new Signal.TaskSucceeded(scene.Token, Json("""{"a":0}"""))).ShouldBe([
            "record TaskSucceeded A",
            "record TaskStateExited A",
            "record PassStateEntered B",
            "record PassStateExited B",
            "record ChoiceStateEntered C",
            "record ChoiceStateExited C",
            "record TaskStateEntered D",
            "record TaskScheduled D",
            """dispatch t2 D flow:d {"a":0,"b":1} #1""",
        ]);
    }

    [Fact]
    public void Should_restart_its_heartbeat_timer_at_a_sign_of_life()
    {
        var scene = new Scene(Task, """{"in":{"n":5}}""");
        scene.Begin();
        scene.Now = Start.AddSeconds(8);

        scene.TellAll(new Signal.TaskHeartbeat(scene.Token)).ShouldBe(["timer t1 Heartbeat +10s"]);
    }

    [Theory]
    [InlineData(TimerKind.Timeout)]
    [InlineData(TimerKind.Heartbeat)]
    public void Should_fail_with_a_timeout_when_a_limit_passes(TimerKind kind)
    {
        var scene = new Scene(Task, """{"in":{"n":5}}""");
        scene.Begin();
        scene.Now = Start.AddSeconds(60);

        scene.TellAll(new Signal.TimerElapsed(scene.Token, kind)).ShouldBe([
            "record TaskTimedOut A",
            "cancel timers t1",
            """dead letter t1 A flow:video/cut {"n":5,"k":1} attempts=1 States.Timeout: """,
            "record ExecutionFailed",
            "fail States.Timeout: (none)",
        ]);
    }

    [Fact]
    public void Should_find_its_limits_in_the_input_when_paths_name_them()
    {
        var scene = new Scene("""
            { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "TimeoutSecondsPath": "$.t", "HeartbeatSecondsPath": "$.h", "End": true } } }
            """, """{"t":30,"h":"5"}""");

        scene.Begin().ShouldBe([
            """dispatch t1 A flow:a {"t":30,"h":"5"} #1 timeout=30 heartbeat=5""",
            "timer t1 Timeout +30s",
            "timer t1 Heartbeat +5s",
        ]);
    }

    [Fact]
    public void Should_see_its_token_and_the_context()
    {
        var scene = new Scene("""
            { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
              "Parameters": { "t.$": "$$.Task.Token", "n.$": "$$.State.Name", "w.$": "$$.StateMachine.Name", "e.$": "$$.State.EnteredTime", "i.$": "$$.Execution.Input" }, "End": true } } }
            """, """{"q":1}""");
        scene.Begin();

        scene.Scope.TaskInput.ToString().ShouldBe($$$"""{"t":"{{{new TaskToken(scene.Scope.Execution!.RunId, scene.Scope.Id, scene.Token)}}}","n":"A","w":"my-workflow","e":"2030-01-01T00:00:00.000Z","i":{"q":1}}""");
    }

    [Fact]
    public void Should_fail_when_its_result_is_too_long()
    {
        var scene = new Scene("""{ "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "End": true } } }""");
        scene.Begin();

        var commands = scene.Tell(new Signal.TaskSucceeded(scene.Token, Json($"\"{new string('x', Execution.DefaultMaxPayloadBytes)}\"")));
        commands.Length.ShouldBe(2);
        commands[0].ShouldStartWith("dead letter t1 A");
        commands[1].ShouldStartWith("fail States.DataLimitExceeded: ");
    }
}
