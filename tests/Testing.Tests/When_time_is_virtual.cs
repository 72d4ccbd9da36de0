namespace Flow.Testing.Tests;

public sealed class When_time_is_virtual
{
    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void Should_wait_for_days_at_once()
    {
        var run = WorkflowTest.FromText("""{ "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": 864000, "End": true } } }""").Run(5).ShouldSucceed(5);

        run.Duration.ShouldBe(TimeSpan.FromDays(10));
        run.History[^1].At.ShouldBe(new DateTimeOffset(2030, 1, 11, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void Should_time_out_an_attempt_that_hangs()
    {
        var run = Shop.Paying.Hang("ship", times: 1).Handle("ship", Reply.Return(1).After(Seconds(20))).Run().ShouldSucceed();

        // Without a heartbeat the first attempt lasts 20 s, and the answer of the second comes at the very moment of the limit: in time.
        run.Attempts("ship").Select(a => (a.State, a.At, a.EndedAt)).ShouldBe([
            (AttemptState.TimedOut, Seconds(0), Seconds(20)),
            (AttemptState.Succeeded, Seconds(25), Seconds(45)),
        ]);
    }

    [Fact]
    public void Should_keep_an_attempt_alive_by_heartbeats_up_to_its_timeout()
    {
        Shop.Paying.Handle("ship", Reply.Return(1).After(Seconds(59)).Beating(Seconds(19))).Run().ShouldSucceed().Duration.ShouldBe(Seconds(59));

        var late = Shop.Paying.Handle("ship", _ => Reply.Return(1).After(Seconds(61)).Beating(Seconds(19))).Run().ShouldFail("States.Timeout");
        late.Attempts("ship").Select(a => a.At.TotalSeconds).ShouldBe([0, 65, 140]);
    }

    [Fact]
    public void Should_miss_heartbeats_that_end()
    {
        var run = Shop.Paying.Handle("ship", Reply.Hang.Beating(Seconds(10)).After(Seconds(31)), Reply.Return(1)).Run().ShouldSucceed();

        run.Attempts("ship")[0].EndedAt.ShouldBe(Seconds(50));
    }

    [Fact]
    public void Should_time_out_the_run_by_the_limit_of_its_definition()
    {
        var run = Shop.Test.Hang("charge").Run().ShouldTimeOut();

        run.Duration.ShouldBe(TimeSpan.FromDays(1));
        run.Error.ShouldBe("States.Timeout");
        run.History[^1].Event.Type.ShouldBe("ExecutionTimedOut");
        run.Attempts("charge")[0].State.ShouldBe(AttemptState.Cancelled);
    }

    [Fact]
    public void Should_go_on_step_by_step()
    {
        var run = Shop.Paying.Handle("ship", _ => Reply.Return(1).After(Seconds(8))).Start();

        run.ShouldWaitAt("Ship").Advance(Seconds(7.5)).ShouldWaitAt("Ship");
        run.Duration.ShouldBe(Seconds(7.5));
        run.Advance(Seconds(1)).ShouldSucceed().Duration.ShouldBe(Seconds(8));
    }
}
