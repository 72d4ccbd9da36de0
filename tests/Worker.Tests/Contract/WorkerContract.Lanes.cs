using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Tests.Bed;
using static Flow.Contracts.Priority;

namespace Flow.Worker.Tests.Contract;

public abstract partial class WorkerContract
{
    private static readonly Priority[] EveryLane = [Low, Default, Critical];

    [Theory] // capability 76
    [InlineData(1)]
    [InlineData(2)]
    public async Task Under_a_full_backlog_the_lanes_should_share_the_places_by_their_weights(int concurrency)
    {
        var handled = await HandledAsync(100, EveryLane, ("Flow:Worker:Concurrency", $"{concurrency}"));

        handled.Count.ShouldBe(300, "none starves");
        Shares(handled.Take(100)).ShouldBe((60, 30, 10), 10);
    }

    [Fact] // capability 76
    public async Task The_lanes_should_share_the_places_of_a_handler_too()
    {
        var handled = await HandledAsync(40, EveryLane, ("Flow:Worker:Concurrency", "4"), ("Flow:Worker:Handlers:work:Concurrency", "1"));

        Shares(handled.Take(50)).ShouldBe((30, 15, 5), 5);
    }

    [Fact] // capability 76
    public async Task The_share_of_an_empty_lane_should_be_used_by_the_others()
    {
        var handled = await HandledAsync(60, [Low, Default], ("Flow:Worker:Concurrency", "1"));

        Shares(handled.Take(60)).ShouldBe((0, 45, 15), 6);
    }

    [Fact] // capability 76
    public async Task The_weights_should_be_a_setting()
    {
        var handled = await HandledAsync(
            60, EveryLane, ("Flow:Worker:Concurrency", "1"), ("Flow:Worker:Lanes:Critical", "1"), ("Flow:Worker:Lanes:Default", "1"), ("Flow:Worker:Lanes:Low", "4"));

        Shares(handled.Take(60)).ShouldBe((10, 10, 40), 6);
    }

    [Fact] // capability 77
    public async Task In_strict_order_a_lane_should_be_served_when_the_more_urgent_ones_are_empty()
    {
        var handled = await HandledAsync(30, EveryLane, ("Flow:Worker:Concurrency", "1"), ("Flow:Worker:Lanes:Order", "Strict"));

        Shares(handled.Take(30)).ShouldBe((30, 0, 0), 5);
        Shares(handled.Skip(30).Take(30)).ShouldBe((0, 30, 0), 5);
    }

    /// <summary>The priorities of so many items of each lane in the order in which they began, all of them having been there before the first did.</summary>
    private async Task<IReadOnlyList<Priority>> HandledAsync(int each, Priority[] lanes, params (string, string)[] settings)
    {
        var handled = new Observed<Priority>();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bed = await Start(
            w => w.AddHandler("work", async (JsonElement input, NodeContext context) =>
            {
                if (input.TryGetProperty("first", out _))
                    await gate.Task.WaitAsync(context.CancellationToken);
                else if (!input.TryGetProperty("warm", out _))
                    handled.Add(context.Priority);
                // It takes a while.
                await context.HeartbeatAsync();
                return 1;
            }),
            // A machine that has other things to do delivers late.
            [.. settings, ("Flow:Worker:Lanes:GapMilliseconds", "1000")]);
        var places = settings.Any(s => s.Item1.EndsWith("work:Concurrency", StringComparison.Ordinal)) ? 1 : int.Parse(settings[0].Item2, null);
        // What happens for the first time takes longer than what follows it.
        foreach (var lane in EveryLane)
            await bed.Desk.Success(await bed.Desk.Send(Desk.Item("work", new { warm = true }) with { Priority = lane }));
        for (var i = 0; i < places; i++)
            await bed.Desk.Send(Desk.Item("work", new { first = true }));
        await bed.Desk.Started.Several(EveryLane.Length + places);
        foreach (var lane in lanes)
            await Task.WhenAll(Enumerable.Range(0, each).Select(_ => bed.Desk.Send(Desk.Item("work") with { Priority = lane })));

        gate.SetResult();
        await bed.Desk.Succeeded.Several(EveryLane.Length + places + (each * lanes.Length));
        return handled.All;
    }

    // In memory the next item of a lane may come after others even so, where threads are few.
    private LaneShares Shares(IEnumerable<Priority> handled)
    {
        var counts = handled.CountBy(lane => lane).ToDictionary();
        return new(counts.GetValueOrDefault(Critical), counts.GetValueOrDefault(Default), counts.GetValueOrDefault(Low), IsExact: Transport.IsDurable);
    }

    private sealed record LaneShares(int Critical, int Default, int Low, bool IsExact)
    {
        public void ShouldBe((int Critical, int Default, int Low) expected, int tolerance)
        {
            if (!IsExact)
                return;
            this.ShouldSatisfyAllConditions(
                $"{this} beside {expected}",
                shares => shares.Critical.ShouldBeInRange(expected.Critical - tolerance, expected.Critical + tolerance),
                shares => shares.Default.ShouldBeInRange(expected.Default - tolerance, expected.Default + tolerance),
                shares => shares.Low.ShouldBeInRange(expected.Low - tolerance, expected.Low + tolerance));
        }
    }
}
