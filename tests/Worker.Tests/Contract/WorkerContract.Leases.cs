using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Tests.Bed;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Worker.Tests.Contract;

// capability 57
public abstract partial class WorkerContract
{
    private static readonly (string, string)[] ShortLeases = [("Flow:Worker:LeaseAfterSeconds", "1"), ("Flow:Worker:LeaseSeconds", "3"), ("Flow:Worker:Concurrency", "1"), ("Flow:Worker:ShutdownTimeoutSeconds", "1")];

    [Fact]
    public async Task An_item_that_takes_long_should_go_on_under_a_lease_that_is_renewed()
    {
        using var gate = new SemaphoreSlim(0);
        await using var bed = await Start(Waiting(gate), ShortLeases);
        var item = await bed.Desk.Send(Desk.Item("wait"));

        var leases = await bed.Desk.Leased.Several(3, l => l.Token == item.Token);
        gate.Release();

        leases.ShouldAllBe(l => l == new NodeLeased { RunId = item.RunId, ScopeId = item.ScopeId, Token = item.Token, LeaseSeconds = 3, WorkerId = bed.Identity.WorkerId });
        (await bed.Desk.Success(item)).Output.GetString().ShouldBe("done");
        bed.Desk.Started.All.Count(s => s.Token == item.Token).ShouldBe(1);
        bed.Desk.Released.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_worker_should_leave_items_to_others_while_all_its_places_are_leased_and_serve_again_after()
    {
        using var gate = new SemaphoreSlim(0);
        await using var bed = await Start(Waiting(gate), ShortLeases);
        var longItem = await bed.Desk.Send(Desk.Item("wait"));
        await bed.Desk.Leased.First(l => l.Token == longItem.Token);

        await using (var other = await WorkerBed.Start(Transport, builder => builder.AddFlowWorker(w => w.AddHandler("wait", (JsonElement _, NodeContext _) => Task.FromResult("other"))), withDesk: false))
        {
            if (Transport.IsDurable)
                (await bed.Desk.Success(await bed.Desk.Send(Desk.Item("wait")))).Output.GetString().ShouldBe("other");
        }

        gate.Release(2);
        (await bed.Desk.Success(longItem)).Output.GetString().ShouldBe("done");
        (await bed.Desk.Success(await bed.Desk.Send(Desk.Item("wait")))).Output.GetString().ShouldBe("done");
    }

    [Fact]
    public async Task A_stopping_worker_should_give_back_what_it_has_under_a_lease()
    {
        using var gate = new SemaphoreSlim(0);
        await using var bed = await Start(Waiting(gate), ShortLeases);
        var item = await bed.Desk.Send(Desk.Item("wait"));
        await bed.Desk.Leased.First(l => l.Token == item.Token);

        await bed.Stop().WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

        bed.Desk.IsAnswered(item).ShouldBeFalse();
        if (!Transport.IsDurable)
            return;
        await using var later = await WorkerBed.StartDesk(Transport);
        var desk = bed.Desk.Released.All.Count > 0 ? bed.Desk : later.Desk;
        (await desk.Released.First(r => r.Token == item.Token)).IsHeld.ShouldBeFalse();
    }

    [Fact]
    public async Task A_handler_that_holds_at_the_end_of_a_lease_should_release_it()
    {
        using var gate = new SemaphoreSlim(0);
        await using var bed = await Start(
            w =>
            {
                w.Services.AddSingleton(gate);
                w.AddHandler<HoldLater>();
            },
            ShortLeases);
        var item = await bed.Desk.Send(Desk.Item("hold-later", new VideoChunk("a", 1)));
        await bed.Desk.Leased.First(l => l.Token == item.Token);
        gate.Release();

        (await bed.Desk.Released.First(r => r.Token == item.Token)).IsHeld.ShouldBeTrue();
        bed.Desk.IsAnswered(item).ShouldBeFalse();
    }

    private static Action<FlowWorkerBuilder> Waiting(SemaphoreSlim gate) => w => w.AddHandler("wait", async (JsonElement _, NodeContext context) =>
    {
        await gate.WaitAsync(context.CancellationToken);
        return "done";
    });
}
