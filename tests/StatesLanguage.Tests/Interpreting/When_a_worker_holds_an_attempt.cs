using static Flow.StatesLanguage.Tests.Interpreting.Scene;

namespace Flow.StatesLanguage.Tests.Interpreting;

// capability 57
public class When_a_worker_holds_an_attempt
{
    private const string Plain = """{ "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "End": true } } }""";
    private const string Limited = """{ "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "TimeoutSeconds": 900, "HeartbeatSeconds": 10, "End": true } } }""";

    [Fact]
    public void Should_time_its_lease_anew_each_time_it_is_heard_of()
    {
        var scene = Begun(Plain);

        scene.TellAll(new Signal.TaskLeased(scene.Token, 60, "w1")).ShouldBe(["timer t1 Lease +60s"]);
        scene.Now = Start.AddSeconds(20);
        scene.TellAll(new Signal.TaskLeased(scene.Token, 60, "w1")).ShouldBe(["timer t1 Lease +60s"]);

        scene.Scope.Vitals.ShouldBe(new Vitals { WorkerId = "w1", HeardAt = Start.AddSeconds(20), LeasedUntil = Start.AddSeconds(80) });
        scene.Tell(new Signal.TaskSucceeded(scene.Token, Json("1"))).ShouldBe(["cancel timers t1", "succeed 1"]);
        scene.Scope.Vitals.ShouldBeNull();
    }

    [Fact]
    public void Should_go_to_another_worker_under_a_new_token_when_the_lease_runs_out()
    {
        var scene = Begun(Limited);
        var lost = scene.Token;
        scene.Tell(new Signal.TaskLeased(lost, 60));
        scene.Now = Start.AddSeconds(60);

        scene.TellAll(new Signal.TimerElapsed(lost, TimerKind.Lease)).ShouldBe([
            "record TaskLost A",
            "cancel timers t1",
            "record TaskScheduled A",
            "dispatch t2 A flow:a {} #1 timeout=900 heartbeat=10",
            "timer t2 Timeout +900s",
            "timer t2 Heartbeat +10s",
        ]);
        scene.Ignores(new Signal.TaskSucceeded(lost, Json("1")));
        scene.Ignores(new Signal.TaskLeased(lost, 60));
        scene.Ignores(new Signal.TimerElapsed(scene.Token, TimerKind.Lease));
    }

    [Fact]
    public void Should_fail_once_it_has_cost_four_workers()
    {
        var scene = Begun(Plain);
        for (var worker = 1; worker <= 3; worker++)
            Lose(scene).ShouldBe(["cancel timers t" + worker, $$"""dispatch t{{worker + 1}} A flow:a {} #1"""]);

        Lose(scene).ShouldContain(line => line.StartsWith("fail Flow.WorkerLost: 4 workers, ", StringComparison.Ordinal));
    }

    [Fact]
    public void Should_count_lost_workers_anew_with_each_attempt()
    {
        var scene = Begun("""
            { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "Retry": [ { "ErrorEquals": [ "Flow.WorkerLost" ], "MaxAttempts": 1 } ], "End": true } } }
            """);
        for (var worker = 1; worker <= 3; worker++)
            Lose(scene);
        Lose(scene).ShouldContain(line => line.Contains(" Retry ", StringComparison.Ordinal));
        scene.Tell(new Signal.TimerElapsed(scene.Token, TimerKind.Retry)).ShouldHaveSingleItem().ShouldEndWith("#2");

        Lose(scene).ShouldContain(line => line.StartsWith("dispatch ", StringComparison.Ordinal));
    }

    [Fact]
    public void Should_start_the_lease_timer_again_when_it_comes_before_its_time()
    {
        var scene = Begun(Plain);
        scene.Tell(new Signal.TaskLeased(scene.Token, 60));
        scene.Now = Start.AddSeconds(50);
        scene.Tell(new Signal.TaskLeased(scene.Token, 60));
        scene.Now = Start.AddSeconds(61);

        scene.TellAll(new Signal.TimerElapsed(scene.Token, TimerKind.Lease)).ShouldBe(["timer t1 Lease +49s"]);
    }

    [Fact]
    public void Should_start_the_heartbeat_timer_again_when_it_comes_before_its_time()
    {
        var scene = Begun(Limited);
        scene.Now = Start.AddSeconds(9);
        scene.Tell(new Signal.TaskHeartbeat(scene.Token, Json("0.5")));
        scene.Now = Start.AddSeconds(11);

        scene.TellAll(new Signal.TimerElapsed(scene.Token, TimerKind.Heartbeat)).ShouldBe(["timer t1 Heartbeat +8s"]);
        scene.Scope.Vitals!.Progress!.Value.GetDouble().ShouldBe(0.5);
    }

    [Fact]
    public void Should_go_to_another_worker_at_once_when_it_is_given_back()
    {
        var scene = Begun(Plain);
        scene.Tell(new Signal.TaskLeased(scene.Token, 60));

        scene.TellAll(new Signal.TaskReleased(scene.Token, IsHeld: false)).ShouldBe(["record TaskReturned A", "cancel timers t1", "record TaskScheduled A", "dispatch t2 A flow:a {} #1"]);
        scene.Scope.Vitals!.LostWorkers.ShouldBe(0);
    }

    [Fact]
    public void Should_only_wait_for_the_holder_of_its_token_once_the_worker_says_so()
    {
        var scene = Begun(Limited);
        scene.Tell(new Signal.TaskLeased(scene.Token, 60));

        scene.TellAll(new Signal.TaskReleased(scene.Token, IsHeld: true)).ShouldBe(["cancel timer t1 Lease"]);
        scene.Ignores(new Signal.TimerElapsed(scene.Token, TimerKind.Lease));
    }

    private static Scene Begun(string definition)
    {
        var scene = new Scene(definition);
        scene.Begin();
        return scene;
    }

    private static string[] Lose(Scene scene)
    {
        scene.Tell(new Signal.TaskLeased(scene.Token, 60));
        scene.Now = scene.Now.AddSeconds(60);
        return scene.Tell(new Signal.TimerElapsed(scene.Token, TimerKind.Lease));
    }
}
