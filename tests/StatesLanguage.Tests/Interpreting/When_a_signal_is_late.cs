using static Flow.StatesLanguage.Tests.Interpreting.Scene;

namespace Flow.StatesLanguage.Tests.Interpreting;

// capability 56: every signal in every situation it does not belong to, and every belonging one with another token or twice.
public class When_a_signal_is_late
{
    private const string All = """
        { "StartAt": "T", "States": {
          "T": { "Type": "Task", "Resource": "flow:t", "TimeoutSeconds": 9, "HeartbeatSeconds": 3, "Retry": [ { "ErrorEquals": [ "States.ALL" ], "MaxAttempts": 1 } ], "Next": "W" },
          "W": { "Type": "Wait", "Seconds": 5, "Next": "M" },
          "M": { "Type": "Map", "ItemsPath": "$.m", "ItemProcessor": { "StartAt": "P", "States": { "P": { "Type": "Pass", "End": true } } }, "End": true } } }
        """;

    private static IEnumerable<Signal> Everything(Guid token) =>
    [
        new Signal.TaskSucceeded(token, Json("1")),
        new Signal.TaskFailed(token, "Late", null),
        new Signal.TaskHeartbeat(token),
        new Signal.TaskLeased(token, 60),
        new Signal.TaskReleased(token, IsHeld: false),
        .. Enum.GetValues<TimerKind>().Select(kind => new Signal.TimerElapsed(token, kind)),
        new Signal.ChildClosed(token, 0, true, null, null),
        new Signal.ChildClosed(token, 0, false, "Late", null),
        new Signal.ChildrenReopened(token, 1),
        new Signal.ChildrenClosed(token, Json("[]")),
    ];

    [Fact]
    public void Should_change_nothing()
    {
        var scene = new Scene(All);
        var spent = new List<Guid> { Guid.NewGuid() };
        void Check(params Type[] awaited)
        {
            foreach (var token in spent.Where(t => t != scene.Scope.Token))
                Everything(token).ToList().ForEach(scene.Ignores);
            if (scene.Scope.Token is { } outstanding)
            {
                foreach (var signal in Everything(outstanding).Where(s => !awaited.Contains(s.GetType())))
                    scene.Ignores(signal);
                spent.Add(outstanding);
            }

            if (scene.Scope.Status != ScopeStatus.Pending)
                scene.Ignores(new Signal.Started());
        }

        Check();
        scene.Begin();
        Check(typeof(Signal.TaskSucceeded), typeof(Signal.TaskFailed), typeof(Signal.TaskHeartbeat), typeof(Signal.TaskLeased), typeof(Signal.TaskReleased), typeof(Signal.TimerElapsed));
        scene.Ignores(new Signal.TimerElapsed(scene.Token, TimerKind.Wait));
        scene.Ignores(new Signal.TimerElapsed(scene.Token, TimerKind.Retry));
        scene.Ignores(new Signal.TimerElapsed(scene.Token, TimerKind.Lease));
        scene.Tell(new Signal.TaskFailed(scene.Token, "Bad", null)).Length.ShouldBe(2);
        Check(typeof(Signal.TimerElapsed));
        scene.Ignores(new Signal.TimerElapsed(scene.Token, TimerKind.Timeout));
        scene.Tell(new Signal.TimerElapsed(scene.Token, TimerKind.Retry)).Length.ShouldBe(3);
        Check(typeof(Signal.TaskSucceeded), typeof(Signal.TaskFailed), typeof(Signal.TaskHeartbeat), typeof(Signal.TaskLeased), typeof(Signal.TaskReleased), typeof(Signal.TimerElapsed));
        scene.Tell(new Signal.TaskSucceeded(scene.Token, Json("""{"m":[1,2]}"""))).Length.ShouldBe(2);
        Check(typeof(Signal.TimerElapsed));
        scene.Ignores(new Signal.TimerElapsed(scene.Token, TimerKind.Heartbeat));
        scene.Tell(new Signal.TimerElapsed(scene.Token, TimerKind.Wait)).Length.ShouldBe(1);
        Check(typeof(Signal.ChildClosed), typeof(Signal.ChildrenReopened));
        scene.Tell(new Signal.ChildClosed(scene.Token, 0, true, null, null)).ShouldBeEmpty();
        scene.Ignores(new Signal.ChildrenClosed(scene.Token, Json("[]")));
        scene.Tell(new Signal.ChildClosed(scene.Token, 1, true, null, null)).Length.ShouldBe(1);
        Check(typeof(Signal.ChildrenClosed));
        scene.Tell(new Signal.ChildrenClosed(scene.Token, Json("[1,2]"))).ShouldBe(["succeed [1,2]"]);
        Check();
    }

    [Fact]
    public void Should_refuse_a_scope_without_its_execution_or_of_another_definition()
    {
        var definition = Read(All);
        var scope = new Scope { Id = Guid.NewGuid() };
        var execution = new Execution(scope.Id, "r", "w", 1, Json("{}"), Start);
        var moment = new Moment(Start, Guid.NewGuid());

        Should.Throw<ArgumentException>(() => Interpreter.Step(definition, scope, new Signal.Started(), moment)).Message.ShouldContain("Execution");
        Should.Throw<ArgumentException>(() => Interpreter.Step(definition, scope with { Execution = execution, Machine = "/States/X" }, new Signal.Started(), moment)).Message.ShouldContain("/States/X");
    }
}
