using Flow.Contracts;
using Microsoft.Extensions.Time.Testing;
using static Flow.Contracts.Priority;

namespace Flow.Transports.Tests;

// capability 76
public sealed class LaneTurnsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<(Priority Lane, Task Entered)> _waiting = [];
    private readonly List<Priority> _served = [];

    [Fact]
    public async Task Should_spread_the_turns_evenly_by_the_weights()
    {
        var turns = await FullAsync(new LaneRules(), (Low, 100), (Default, 100), (Critical, 100));

        await ServeAsync(turns, 100);

        _served.Take(10).ShouldBe([Critical, Default, Critical, Critical, Default, Critical, Low, Critical, Default, Critical]);
        (Count(Critical), Count(Default), Count(Low)).ShouldBe((60, 30, 10));
    }

    [Theory]
    [InlineData(6, 3, 1, 0, 30, 10)]
    [InlineData(4, 4, 2, 16, 16, 8)]
    [InlineData(1, 1, 100, 0, 0, 40)]
    public async Task Should_leave_the_share_of_an_empty_lane_to_the_others(int criticalWeight, int defaultWeight, int lowWeight, int critical, int ordinary, int low)
    {
        (Priority, int)[] waiting = [(Critical, critical > 0 ? 100 : 0), (Default, ordinary > 0 ? 100 : 0), (Low, 100)];
        var turns = await FullAsync(new LaneRules { Critical = criticalWeight, Default = defaultWeight, Low = lowWeight }, waiting);

        await ServeAsync(turns, 40);

        (Count(Critical), Count(Default), Count(Low)).ShouldBe((critical, ordinary, low));
    }

    // capability 77
    [Fact]
    public async Task Should_serve_the_most_urgent_alone_where_the_order_is_strict()
    {
        var turns = await FullAsync(new LaneRules { Order = LaneOrder.Strict }, (Low, 3), (Default, 3), (Critical, 3));

        await ServeAsync(turns, 9);

        _served.ShouldBe([Critical, Critical, Critical, Default, Default, Default, Low, Low, Low]);
    }

    [Fact]
    public async Task Should_pass_over_who_waits_no_more()
    {
        var turns = new LaneTurns(1, new LaneRules(), _time);
        await turns.EnterAsync(Default, CancellationToken.None);
        using var leaving = new CancellationTokenSource();
        var left = turns.EnterAsync(Critical, leaving.Token);
        var stays = turns.EnterAsync(Low, CancellationToken.None);

        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(left);
        turns.Leave(Default, bringsNext: false);

        await stays;
        await Should.ThrowAsync<OperationCanceledException>(turns.EnterAsync(Low, new CancellationToken(canceled: true)));
        turns.Leave(Low);
        turns.EnterAsync(Low, CancellationToken.None).IsCompleted.ShouldBeTrue();
    }

    [Theory]
    [InlineData(250)]
    [InlineData(2_000)]
    public async Task Should_keep_the_last_place_for_a_lane_whose_items_follow_one_another(int gapMilliseconds)
    {
        var turns = await FollowedAsync(new LaneRules { GapMilliseconds = gapMilliseconds });
        var ordinary = turns.EnterAsync(Default, CancellationToken.None);

        turns.Leave(Critical);
        _time.Advance(TimeSpan.FromMilliseconds(gapMilliseconds - 10));

        turns.EnterAsync(Critical, CancellationToken.None).IsCompleted.ShouldBeTrue();
        ordinary.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Should_keep_as_many_places_as_are_due_to_the_lane()
    {
        var turns = new LaneTurns(2, new LaneRules { Order = LaneOrder.Strict }, _time);
        await turns.EnterAsync(Critical, CancellationToken.None);
        await turns.EnterAsync(Critical, CancellationToken.None);
        var low = turns.EnterAsync(Low, CancellationToken.None);

        turns.Leave(Critical);
        turns.Leave(Critical);

        turns.EnterAsync(Critical, CancellationToken.None).IsCompleted.ShouldBeTrue();
        turns.EnterAsync(Critical, CancellationToken.None).IsCompleted.ShouldBeTrue();
        low.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Should_give_the_place_away_when_none_follows_in_time()
    {
        var turns = await FollowedAsync();
        var ordinary = turns.EnterAsync(Default, CancellationToken.None);
        turns.Leave(Critical);

        _time.Advance(TimeSpan.FromMilliseconds(260));

        await ordinary;
        turns.Leave(Default, bringsNext: false);
        _time.Advance(TimeSpan.FromSeconds(1));
        await turns.EnterAsync(Critical, CancellationToken.None);
        var next = turns.EnterAsync(Default, CancellationToken.None);
        turns.Leave(Critical);
        // Its items do not follow one another any more.
        await next;
    }

    [Fact]
    public async Task Should_not_keep_a_place_of_which_none_follows()
    {
        var turns = await FollowedAsync();
        var ordinary = turns.EnterAsync(Default, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(1));

        turns.Leave(Critical, bringsNext: false);

        await ordinary;
    }

    [Fact]
    public void Should_let_in_as_many_at_once_as_there_are_places()
    {
        var turns = new LaneTurns(3, new LaneRules(), _time);
        var entered = new[] { Low, Critical, Default, Critical, Low }.Select(priority => turns.EnterAsync(priority, CancellationToken.None)).ToList();

        entered.Select(e => e.IsCompleted).ShouldBe([true, true, true, false, false]);
    }

    /// <summary>One place, taken by an item of the critical lane that came right after another one.</summary>
    private async Task<LaneTurns> FollowedAsync(LaneRules? rules = null)
    {
        var turns = new LaneTurns(1, rules ?? new LaneRules(), _time);
        await turns.EnterAsync(Critical, CancellationToken.None);
        turns.Leave(Critical);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        await turns.EnterAsync(Critical, CancellationToken.None);
        return turns;
    }

    /// <summary>One place, taken, and so many that wait for it.</summary>
    private async Task<LaneTurns> FullAsync(LaneRules rules, params (Priority Lane, int Count)[] waiting)
    {
        var turns = new LaneTurns(1, rules, _time);
        await turns.EnterAsync(Default, CancellationToken.None);
        foreach (var (lane, count) in waiting)
        {
            for (var i = 0; i < count; i++)
                _waiting.Add((lane, turns.EnterAsync(lane, CancellationToken.None)));
        }

        return turns;
    }

    private async Task ServeAsync(LaneTurns turns, int count)
    {
        for (var i = 0; i < count; i++)
        {
            turns.Leave(Default, bringsNext: false);
            var entered = await Task.WhenAny(_waiting.Select(w => w.Entered));
            var served = _waiting.Single(w => w.Entered == entered);
            _waiting.Remove(served);
            _served.Add(served.Lane);
        }
    }

    private int Count(Priority lane) => _served.Count(served => served == lane);
}
