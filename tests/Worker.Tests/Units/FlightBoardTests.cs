using Flow.Contracts;
using Flow.Worker.Execution;
using Flow.Worker.Tests.Bed;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Worker.Tests.Units;

/// <summary>The memory of cancelled runs has an end.</summary>
public sealed class FlightBoardTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FlightBoard _board;

    public FlightBoardTests() => _board = new FlightBoard(_time);

    [Fact] // capability 37
    public async Task Should_cover_what_was_scheduled_before_the_cancellation_only()
    {
        var item = Desk.Item("x") with { ScheduledAt = _time.GetUtcNow() };
        await _board.Cancel(Cancelled(item.RunId));

        _board.Cancelled.Cover(item).ShouldBeTrue();
        _board.Cancelled.Cover(item with { ScheduledAt = _time.GetUtcNow().AddSeconds(1) }).ShouldBeFalse();
        _board.Cancelled.Cover(Desk.Item("x")).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_forget_after_an_hour()
    {
        var old = Guid.NewGuid();
        await _board.Cancel(Cancelled(old));
        _time.Advance(RunMoments.MaxAge + TimeSpan.FromSeconds(1));
        await _board.Cancel(Cancelled(Guid.NewGuid()));

        _board.Cancelled.Count.ShouldBe(1);
        _board.Cancelled.Cover(Desk.Item("x") with { RunId = old, ScheduledAt = default }).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_remember_ten_thousand_runs_at_the_most()
    {
        for (var i = 0; i < RunMoments.MostRuns + 500; i++)
            await _board.Cancel(Cancelled(Guid.NewGuid()));

        _board.Cancelled.Count.ShouldBe(RunMoments.MostRuns);
    }

    private RunCancelled Cancelled(Guid run) => new() { RunId = run, Workflow = "w", Version = 1, Timestamp = _time.GetUtcNow(), StartedAt = _time.GetUtcNow() };
}
