using System.Text.Json;
using Flow.Worker.Tests.Bed;

namespace Flow.Worker.Tests.Contract;

public abstract partial class WorkerContract
{
    [Fact] // capability 93
    public async Task A_stopping_worker_should_finish_what_is_in_hand()
    {
        using var gate = new SemaphoreSlim(0);
        var done = false;
        await using var bed = await Start(w => w.AddHandler("wait", async (JsonElement _, NodeContext context) =>
        {
            await gate.WaitAsync(context.CancellationToken);
            done = true;
            return "done";
        }));
        var item = await bed.Desk.Send(Desk.Item("wait"));
        await bed.Desk.Started.First(s => s.Token == item.Token);

        var stop = bed.Stop();
        stop.IsCompleted.ShouldBeFalse();
        gate.Release();
        await stop;

        done.ShouldBeTrue();
        if (!Transport.IsDurable || bed.Desk.IsAnswered(item))
            return;
        await using var later = await WorkerBed.StartDesk(Transport);
        (await later.Desk.Success(item)).Output.GetString().ShouldBe("done");
    }

    [Fact] // capability 93, 60
    public async Task A_worker_should_stop_within_its_limit_though_a_handler_does_not_and_give_the_item_back()
    {
        var never = new TaskCompletionSource<int>();
        var cancelled = new Observed<bool>();
        Guid token;
        await using (var bed = await Start(
            w => w.AddHandler("deaf", (JsonElement _, NodeContext context) =>
            {
                context.CancellationToken.Register(() => cancelled.Add(true));
                return never.Task;
            }), ("Flow:Worker:ShutdownTimeoutSeconds", "1")))
        {
            var item = await bed.Desk.Send(Desk.Item("deaf"));
            token = item.Token;
            await bed.Desk.Started.First(s => s.Token == token);
            await bed.Stop().WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
            cancelled.All.ShouldNotBeEmpty();
            bed.Desk.IsAnswered(item).ShouldBeFalse();
        }

        if (!Transport.IsDurable)
            return;
        await using var other = await Start(w => w.AddHandler("deaf", (JsonElement _, NodeContext _) => Task.FromResult(5)));
        (await other.Desk.Succeeded.First(a => a.Message.Token == token)).Message.Output.GetInt32().ShouldBe(5);
    }

    [Fact] // capability 93
    public async Task A_worker_without_handlers_should_start_idle_and_stop()
    {
        await using var bed = await Start(_ => { });

        (await bed.Desk.Workers.First(h => h.WorkerId == bed.Identity.WorkerId)).Handlers.ShouldBeEmpty();
        await bed.Stop().WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
    }
}
