using System.Text.Json;
using Flow.Worker.Tests.Bed;

namespace Flow.Worker.Tests.Contract;

public abstract partial class WorkerContract
{
    [Fact] // capability 38
    public async Task An_item_of_a_paused_run_should_be_given_back()
    {
        await using var bed = await Start(w => w.AddHandler("echo", (JsonElement input, NodeContext _) => Task.FromResult(input)));
        var item = Desk.Item("echo");
        await bed.Desk.Pause(item);
        // On the exchanges of two message types there is no order: the worker has heard of the pause once it gives an item of that run back.
        await Heard(bed, item);

        await bed.Desk.Send(item);

        (await bed.Desk.Released.First(r => r.Token == item.Token)).IsHeld.ShouldBeFalse();
        bed.Desk.IsAnswered(item).ShouldBeFalse();
        bed.Desk.Started.All.ShouldNotContain(s => s.Token == item.Token);
        (await bed.Desk.Success(await bed.Desk.Send(item with { Token = Guid.NewGuid(), ScheduledAt = TimeProvider.System.GetUtcNow().AddMinutes(1) }))).ShouldNotBeNull();
    }

    [Fact] // capability 37
    public async Task An_item_from_before_its_start_should_begin_only_if_it_is_still_wanted()
    {
        if (!Transport.IsDurable)
            return;
        await using var desk = await WorkerBed.StartDesk(Transport);
        var (wanted, unwanted, paused) = (Desk.Item("echo"), Desk.Item("echo"), Desk.Item("echo"));
        desk.Desk.Unwanted.Add(unwanted.Token);
        desk.Desk.Paused.Add(paused.RunId);
        await using (var early = await WorkerBed.Start(Transport, builder => builder.AddFlowWorker(w => w.AddHandler("echo", (JsonElement input, NodeContext _) => Task.FromResult(input))), withDesk: false))
        {
            // Declares the queue.
        }

        foreach (var item in new[] { unwanted, paused, wanted })
            await desk.Desk.Send(item);
        await using var late = await WorkerBed.Start(
            Transport, builder => builder.AddFlowWorker(w => w.AddHandler("echo", (JsonElement input, NodeContext _) => Task.FromResult(input))), withDesk: false, ("Flow:Worker:Concurrency", "1"));

        await desk.Desk.Success(wanted);
        await desk.Desk.Released.First(r => r.Token == paused.Token);
        desk.Desk.IsAnswered(unwanted).ShouldBeFalse();
        // Published beside the handler, so it may come after the answer.
        await desk.Desk.Started.First(s => s.Token == wanted.Token);
        desk.Desk.Started.All.Select(s => s.Token).ShouldBe([wanted.Token]);
    }

    /// <summary>Waits until the worker knows that the item's run is paused.</summary>
    private static async Task Heard(WorkerBed bed, Flow.Contracts.NodeWorkItem item)
    {
        var released = 0;
        while (bed.Desk.Released.All.Count == released)
        {
            var probe = await bed.Desk.Send(item with { Token = Guid.NewGuid() });
            await Task.WhenAny(bed.Desk.Released.First(r => r.Token == probe.Token), bed.Desk.Success(probe));
        }
    }
}
