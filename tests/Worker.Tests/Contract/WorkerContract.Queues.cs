using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Bus;
using Flow.Worker.Tests.Bed;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Worker.Tests.Contract;

// capability 84
public abstract partial class WorkerContract
{
    [Fact]
    public async Task A_paused_queue_should_be_served_no_more_until_it_is_resumed()
    {
        var handled = new Observed<string>();
        using var gate = new SemaphoreSlim(0);
        await using var bed = await Start(
            w => w.AddHandler("held", async (JsonElement _, NodeContext context) =>
            {
                await gate.WaitAsync(context.CancellationToken);
                handled.Add("held");
                return 1;
            }, queue: "one").AddHandler("free", (JsonElement _, NodeContext _) =>
            {
                handled.Add("free");
                return Task.FromResult(2);
            }, queue: "two"),
            ("Flow:Worker:Concurrency", "1"));
        var inHand = await bed.Desk.Send(Desk.Item("held"), "one");
        await bed.Desk.Started.First(s => s.Token == inHand.Token);
        // It waits in the worker for the place.
        var waiting = await bed.Desk.Send(Desk.Item("held") with { Priority = Priority.Critical }, "one");

        await bed.Desk.PauseQueue("one");
        await UntilPaused(bed, "one");
        gate.Release();
        await bed.Desk.Success(inHand);
        var other = await bed.Desk.Send(Desk.Item("free"), "two");
        await bed.Desk.Success(other);

        bed.Desk.Started.All.ShouldNotContain(s => s.Token == waiting.Token);
        await bed.Desk.ResumeQueue("one");
        gate.Release();
        if (Transport.IsDurable)
            await bed.Desk.Success(waiting);
        handled.All.Take(2).ShouldBe(["held", "free"]);
    }

    [Fact]
    public async Task A_worker_that_starts_should_leave_alone_what_is_paused()
    {
        if (!Transport.IsDurable)
            return;
        await using var desk = await WorkerBed.StartDesk(Transport);
        desk.Desk.PausedQueues["one"] = true;
        var paused = await desk.Desk.Send(Desk.Item("free"), "one");
        var wanted = await desk.Desk.Send(Desk.Item("free"), "two");

        await using var bed = await WorkerBed.Start(
            Transport,
            builder => builder.AddFlowWorker(w => w.AddHandler("free", (JsonElement _, NodeContext _) => Task.FromResult(2), queue: "two")),
            withDesk: false,
            ("Flow:Worker:Queues:0", "one"), ("Flow:Worker:Queues:1", "two"));

        await desk.Desk.Success(wanted);
        desk.Desk.Started.All.ShouldNotContain(s => s.Token == paused.Token);
        await desk.Desk.ResumeQueue("one");
        await desk.Desk.Success(paused);
    }

    private static async Task UntilPaused(WorkerBed bed, string queue)
    {
        var paused = bed.Services.GetRequiredService<PausedQueues>();
        for (var changed = paused.Changed; !paused.Has(queue); changed = paused.Changed)
            await changed.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
    }
}
