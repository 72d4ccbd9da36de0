using Flow.Contracts.Api;

namespace Flow.Contracts.Tests;

// capability 91, 92
public sealed class When_a_worker_is_judged
{
    private static readonly RestingHandler Rest = new("echo", DateTimeOffset.UnixEpoch);
    private static readonly InFlightItem First = new(Guid.NewGuid(), Guid.NewGuid(), "Fetch", Guid.NewGuid(), 1, DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData(0, false, WorkerState.Alive)]
    [InlineData(10, false, WorkerState.Alive)]
    [InlineData(11, false, WorkerState.Alive)] // a heartbeat may be a second on its way
    [InlineData(12, false, WorkerState.Stale)]
    [InlineData(31, false, WorkerState.Stale)]
    [InlineData(32, false, WorkerState.Dead)]
    [InlineData(86400, false, WorkerState.Dead)]
    [InlineData(0, true, WorkerState.Stopped)]
    [InlineData(86400, true, WorkerState.Stopped)]
    [InlineData(-5, false, WorkerState.Alive)] // our clock was set back
    public void Should_follow_its_own_interval_of_ten_seconds(int silenceSeconds, bool stopping, WorkerState expected) =>
        WorkerCondition.StateAfter(TimeSpan.FromSeconds(silenceSeconds), 10, stopping).ShouldBe(expected);

    [Fact]
    public void Should_say_what_it_is_doing()
    {
        var idle = Heartbeat();
        Should(idle, WorkerActivity.Idle);
        Should(idle with { Resting = [Rest] }, WorkerActivity.Resting);
        Should(idle with { Resting = [Rest], InFlight = [First] }, WorkerActivity.InProgress);
        Should(idle with { InFlight = [First, First with { Attempt = 2 }] }, WorkerActivity.Retrying);
        Should(idle with { InFlight = [First with { Call = 2, MaxCalls = 3 }] }, WorkerActivity.Retrying);
        Should(idle with { InFlight = [First], Drain = WorkerDrain.Draining }, WorkerActivity.Draining);
        Should(idle with { Drain = WorkerDrain.Drained }, WorkerActivity.Drained);

        static void Should(WorkerHeartbeat heartbeat, WorkerActivity expected) => WorkerCondition.ActivityOf(heartbeat).ShouldBe(expected);
    }

    private static WorkerHeartbeat Heartbeat() => new()
    {
        WorkerId = "w", Host = "h", Version = "1", Queues = [], Handlers = [], Concurrency = 1, InFlight = [],
        StartedAt = DateTimeOffset.UnixEpoch, Timestamp = DateTimeOffset.UnixEpoch, IntervalSeconds = 10,
    };
}
