using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Tests.Bed;

namespace Flow.Worker.Tests.Contract;

public abstract partial class WorkerContract
{
    private static readonly (string, string)[] ThreeCalls =
    [
        ("Flow:Worker:Handlers:shop:RetryMaxAttempts", "3"), ("Flow:Worker:Handlers:shop:RetryFirstDelaySeconds", "0.05"), ("Flow:Worker:Handlers:shop:RetryNever:0", "Shop.Closed"),
        ("Flow:Worker:Handlers:shop:RetryOn:0", "Shop.Busy"),
    ];

    [Fact] // capability 88
    public async Task A_handler_at_its_limit_should_let_others_pass_and_have_all_its_items_served()
    {
        var (running, most) = (0, 0);
        using var gate = new SemaphoreSlim(0);
        await using var bed = await Start(
            w => w
                .AddHandler(
                    "tight",
                    async (JsonElement _, NodeContext context) =>
                    {
                        InterlockedMax(ref most, Interlocked.Increment(ref running));
                        await gate.WaitAsync(context.CancellationToken);
                        Interlocked.Decrement(ref running);
                        return 1;
                    },
                    policy: p => p.Concurrency = 1)
                .AddHandler("loose", (JsonElement _, NodeContext _) => Task.FromResult(2)),
            ("Flow:Worker:Concurrency", "2"));
        var tight = new List<NodeWorkItem>();
        // More than the queue delivers at once, so that some have to go to its end before others come.
        for (var i = 0; i < 7; i++)
            tight.Add(await bed.Desk.Send(Desk.Item("tight")));
        var loose = await bed.Desk.Send(Desk.Item("loose"));

        await bed.Desk.Success(loose);
        tight.ShouldAllBe(item => !bed.Desk.IsAnswered(item));
        gate.Release(tight.Count);
        foreach (var item in tight)
            await bed.Desk.Success(item);

        most.ShouldBe(1);
        await bed.Desk.Started.Several(8);
        bed.Desk.Started.All.Count.ShouldBe(8);
        bed.Desk.Succeeded.All.ShouldAllBe(a => a.Queue == Desk.SagaQueue);
    }

    [Fact] // capability 105
    public async Task A_transient_exception_should_be_tried_again_within_the_attempt()
    {
        var calls = 0;
        await using var bed = await Start(
            w => w.AddHandler("shop", (JsonElement _, NodeContext context) =>
            {
                context.Journal.Append("call", ++calls);
                return calls < 3 ? throw new IOException("not yet") : Task.FromResult(calls);
            }),
            ThreeCalls);
        var item = await bed.Desk.Send(Desk.Item("shop"));

        var success = await bed.Desk.Success(item);
        success.Output.GetInt32().ShouldBe(3);
        success.Journal.ShouldNotBeNull().ShouldHaveSingleItem().Value.GetInt32().ShouldBe(3);
        bed.Desk.Started.All.Count(s => s.Token == item.Token).ShouldBeLessThanOrEqualTo(1);
        bed.Desk.Failed.All.ShouldBeEmpty();
    }

    [Theory] // capability 105, 109
    [InlineData("transient", 3, "System.IO.IOException")]
    [InlineData("other", 1, "System.NotSupportedException")]
    [InlineData("never", 1, "Shop.Closed")]
    [InlineData("abort", 1, "Shop.No")]
    [InlineData("busy", 3, "Shop.Busy")]
    [InlineData("later", 1, "Flow.Worker.RetryAfterException")]
    public async Task The_policy_should_say_how_often_an_error_is_tried(string kind, int expected, string error)
    {
        var calls = 0;
        await using var bed = await Start(
            w => w.MapError<VideoMissingException>("Shop.Closed").AddHandler("shop", (JsonElement _, NodeContext _) =>
            {
                calls++;
                return kind switch
                {
                    "transient" => throw new IOException("never"),
                    "other" => throw new NotSupportedException("never"),
                    "never" => throw new VideoMissingException("never"),
                    "abort" => Task.FromResult(Transition.Abort("Shop.No")),
                    "busy" => Task.FromResult(Transition.Abort("Shop.Busy")),
                    _ => throw new RetryAfterException(TimeSpan.FromDays(1)),
                };
            }),
            ThreeCalls);

        (await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("shop")))).Error.ShouldBe(error);
        calls.ShouldBe(expected);
    }

    [Theory] // capability 107
    [InlineData(null, 3)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public async Task What_an_item_says_of_calls_should_come_before_the_policies(int? maxCalls, int expected)
    {
        var calls = 0;
        await using var bed = await Start(
            w => w.AddHandler("shop", (JsonElement _, NodeContext _) =>
            {
                calls++;
                return Task.FromException<int>(new IOException("down"));
            }),
            ThreeCalls);

        await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("shop") with { MaxCalls = maxCalls }));

        calls.ShouldBe(expected);
    }

    [Fact] // capability 103
    public async Task No_more_calls_than_permitted_should_begin_in_a_period()
    {
        var begun = new Observed<long>();
        await using var bed = await Start(
            w => w.AddHandler("paced", (JsonElement _, NodeContext _) =>
            {
                begun.Add(TimeProvider.System.GetTimestamp());
                return Task.FromResult(1);
            }),
            ("Flow:Worker:Handlers:paced:RatePermits", "2"), ("Flow:Worker:Handlers:paced:RatePeriodSeconds", "2"));
        for (var i = 0; i < 6; i++)
            await bed.Desk.Send(Desk.Item("paced"));

        var times = await begun.Several(6);

        // A permit comes back after the period, less the tenth of it in which it was taken.
        foreach (var (third, first) in times.Skip(2).Zip(times))
            TimeProvider.System.GetElapsedTime(first, third).ShouldBeGreaterThan(TimeSpan.FromSeconds(1.7));
        await bed.Desk.Succeeded.Several(6);
    }

    [Fact]
    public async Task A_handler_that_fails_always_should_rest_and_leave_its_queue_to_others()
    {
        var broken = true;
        var calls = 0;
        await using var bed = await Start(
            w => w.AddHandler(
                "shop",
                (JsonElement _, NodeContext _) =>
                {
                    Interlocked.Increment(ref calls);
                    return Volatile.Read(ref broken) ? throw new IOException("down") : Task.FromResult("mended");
                },
                policy: p => (p.RestAfterFailures, p.RestSeconds) = (3, 12)));
        for (var i = 0; i < 3; i++)
            (await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("shop")))).Error.ShouldBe("System.IO.IOException");

        if (Transport.IsDurable)
        {
            await using var other = await WorkerBed.Start(
                Transport, builder => builder.AddFlowWorker(w => w.AddHandler("shop", (JsonElement _, NodeContext _) => Task.FromResult("other"))), withDesk: false);
            (await bed.Desk.Success(await bed.Desk.Send(Desk.Item("shop")))).Output.GetString().ShouldBe("other");
        }

        calls.ShouldBe(3);
        Volatile.Write(ref broken, false);
        for (var i = 0; i < 3; i++)
            (await bed.Desk.Success(await bed.Desk.Send(Desk.Item("shop")))).Output.GetString().ShouldBe("mended");
        calls.ShouldBe(6);
    }

    [Fact]
    public async Task A_handler_at_rest_should_not_keep_others_of_its_queue_from_their_items()
    {
        await using var bed = await Start(
            w => w
                .AddHandler("shop", (JsonElement input, NodeContext _) => input.TryGetProperty("bad", out var _) ? throw new IOException("down") : Task.FromResult(1), policy: p => (p.RestAfterFailures, p.RestSeconds) = (1, 20))
                .AddHandler("fine", (JsonElement _, NodeContext _) => Task.FromResult(2)),
            ("Flow:Worker:Concurrency", "1"));
        await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("shop", new { bad = true })));
        var waiting = new List<NodeWorkItem>();
        for (var i = 0; i < 3; i++)
            waiting.Add(await bed.Desk.Send(Desk.Item("shop")));

        await bed.Desk.Success(await bed.Desk.Send(Desk.Item("fine")));
        waiting.ShouldAllBe(item => !bed.Desk.IsAnswered(item));
        foreach (var item in waiting)
            await bed.Desk.Success(item);
    }
}
