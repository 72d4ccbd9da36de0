using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Tests.Bed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flow.Worker.Tests.Contract;

public abstract partial class WorkerContract
{
    [Fact] // capability 89, 93
    public async Task A_drained_worker_should_finish_what_it_has_and_take_nothing_more()
    {
        using var gate = new SemaphoreSlim(0);
        await using var bed = await Start(w => w.AddHandler("wait", async (JsonElement _, NodeContext context) =>
        {
            await gate.WaitAsync(context.CancellationToken);
            return "done";
        }));
        var inHand = await bed.Desk.Send(Desk.Item("wait"));
        await bed.Desk.Started.First(s => s.Token == inHand.Token);

        await bed.Desk.Drain("somebody-else");
        await bed.Desk.Drain(bed.Identity.WorkerId);
        await bed.Desk.Drain(bed.Identity.WorkerId);
        await bed.Desk.Workers.First(w => w.Drain == WorkerDrain.Draining && w.InFlight.Count == 1);
        var late = await bed.Desk.Send(Desk.Item("wait"));
        gate.Release(2);

        (await bed.Desk.Success(inHand)).Output.GetString().ShouldBe("done");
        await bed.Desk.Workers.First(w => w.Drain == WorkerDrain.Drained && w.InFlight.Count == 0);
        bed.Desk.Started.All.ShouldNotContain(s => s.Token == late.Token);
        if (!Transport.IsDurable)
            return;
        await using var other = await WorkerBed.Start(
            Transport, builder => builder.AddFlowWorker(w => w.AddHandler("wait", (JsonElement _, NodeContext _) => Task.FromResult("done"))), withDesk: false);
        (await bed.Desk.Success(late)).WorkerId.ShouldBe(other.Identity.WorkerId);
    }

    [Fact] // capability 93, 60
    public async Task A_drained_worker_should_give_back_within_its_limit_what_it_cannot_finish()
    {
        var never = new TaskCompletionSource<int>();
        await using var bed = await Start(w => w.AddHandler("deaf", (JsonElement _, NodeContext _) => never.Task), ("Flow:Worker:ShutdownTimeoutSeconds", "1"));
        var item = await bed.Desk.Send(Desk.Item("deaf"));
        await bed.Desk.Started.First(s => s.Token == item.Token);

        await bed.Desk.Drain(bed.Identity.WorkerId);
        await bed.Desk.Workers.First(w => w.Drain == WorkerDrain.Drained);

        bed.Desk.IsAnswered(item).ShouldBeFalse();
        if (!Transport.IsDurable)
            return;
        await using var other = await WorkerBed.Start(
            Transport, builder => builder.AddFlowWorker(w => w.AddHandler("deaf", (JsonElement _, NodeContext _) => Task.FromResult(5))), withDesk: false);
        (await bed.Desk.Success(item)).Output.GetInt32().ShouldBe(5);
    }

    [Fact] // capability 89
    public async Task A_drained_worker_should_end_its_process_if_it_is_asked_to()
    {
        await using var bed = await Start(w => w.AddHandler<Split>());
        var ended = new TaskCompletionSource();
        bed.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(ended.SetResult);

        await bed.Desk.Drain(bed.Identity.WorkerId, exit: true);

        await ended.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        await bed.Desk.Workers.First(w => w.Drain == WorkerDrain.Drained);
    }

    [Fact] // capability 92
    public async Task Heartbeats_should_show_calls_rests_and_how_attempts_ended()
    {
        await using var bed = await Start(
            w => w
                .AddHandler("shop", (JsonElement _, NodeContext _) => Task.FromException<int>(new IOException("down")), policy: p =>
                {
                    (p.RetryMaxAttempts, p.RetryFirstDelaySeconds, p.RetryJitter) = (2, 3, 0);
                    (p.RestAfterFailures, p.RestSeconds) = (1, 600);
                })
                .AddHandler<Split>(),
            ("Flow:Worker:HeartbeatSeconds", "1"));
        var item = await bed.Desk.Send(Desk.Item("shop"));

        var retrying = (await bed.Desk.Workers.First(w => w.InFlight.Any(i => i.Call == 2))).InFlight[0];
        (retrying.Token, retrying.Handler, retrying.MaxCalls).ShouldBe((item.Token, "shop", 2));
        await bed.Desk.Failure(item);
        await bed.Desk.Success(await bed.Desk.Send(Desk.Item("split", new VideoChunk("v", 1))));

        var after = await bed.Desk.Workers.First(w => w is { Failed: 1, Succeeded: 1 });
        var rest = after.Resting.ShouldHaveSingleItem();
        (rest.Handler, rest.Until > after.Timestamp).ShouldBe(("shop", true));
    }
}
