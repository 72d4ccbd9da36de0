using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Tests.Bed;

namespace Flow.Worker.Tests.Contract;

public abstract partial class WorkerContract
{
    [Fact]
    public async Task A_batch_handler_should_get_items_of_a_node_together_and_answer_each_for_itself()
    {
        var sizes = new Observed<int>();
        await using var bed = await Start(
            w => w.AddBatchHandler<int, int>(
                "double",
                (items, _) =>
                {
                    sizes.Add(items.Count);
                    return Task.FromResult<IReadOnlyList<Transition<int>>>([.. items.Select(i => i.Input == 4 ? (Transition<int>)Transition.Abort("Math.Unlucky", "Four.") : i.Input * 2)]);
                },
                maxItems: 3,
                maxWaitSeconds: 60),
            ("Flow:Worker:Concurrency", "6"));
        var runId = Guid.CreateVersion7();
        var items = new List<NodeWorkItem>();
        for (var i = 0; i < 6; i++)
            items.Add(await bed.Desk.Send(Desk.Item("double", i) with { RunId = runId }));

        foreach (var (index, item) in items.Index().Where(i => i.Index != 4))
            (await bed.Desk.Success(item)).Output.GetInt32().ShouldBe(index * 2);
        (await bed.Desk.Failure(items[4])).Error.ShouldBe("Math.Unlucky");
        sizes.All.ShouldBe([3, 3]);
        (await bed.Desk.Started.Several(6, s => s.RunId == runId)).Select(s => s.Token).Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public async Task A_batch_under_way_should_keep_a_lease_for_each_of_its_items()
    {
        using var gate = new SemaphoreSlim(0);
        await using var bed = await Start(
            w => w.AddBatchHandler<JsonElement, string>(
                "slowly",
                async (items, cancellationToken) =>
                {
                    await gate.WaitAsync(cancellationToken);
                    return [.. items.Select(_ => Transition.Next("done"))];
                },
                maxItems: 2,
                maxWaitSeconds: 60),
            ("Flow:Worker:LeaseAfterSeconds", "1"), ("Flow:Worker:LeaseSeconds", "3"), ("Flow:Worker:Concurrency", "2"));
        var first = await bed.Desk.Send(Desk.Item("slowly"));
        var second = await bed.Desk.Send(Desk.Item("slowly") with { RunId = first.RunId });

        await bed.Desk.Leased.First(l => l.Token == first.Token);
        await bed.Desk.Leased.First(l => l.Token == second.Token);
        gate.Release();

        (await bed.Desk.Success(first)).Output.GetString().ShouldBe("done");
        (await bed.Desk.Success(second)).Output.GetString().ShouldBe("done");
    }
}
