using Flow.Monitor.Workers;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Monitor.Tests;

// capability 91
public sealed class LivenessTests
{
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
    public void Follows_the_heartbeat_interval_of_ten_seconds(int silenceSeconds, bool stopping, WorkerState expected)
    {
        var time = new FakeTimeProvider(Sample.Epoch);
        WorkerLiveness.StateOf(time.GetUtcNow().AddSeconds(-silenceSeconds), 10, stopping, time.GetUtcNow()).ShouldBe(expected);
    }
}
