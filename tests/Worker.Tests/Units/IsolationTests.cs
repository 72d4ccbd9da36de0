using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Tests.Bed;
using Flow.Worker.Tests.Contract;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Worker.Tests.Units;

/// <summary>A handler that goes wrong harms its own item alone. What ends or fills the whole process is in Processes.</summary>
public sealed class IsolationTests // capability 99
{
    [Fact]
    public async Task A_handler_whose_constructor_throws_should_fail_its_own_item()
    {
        await using var bed = await Start(w => w.AddHandler<Unmakeable>());

        var failure = await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("unmakeable", 1)));

        (failure.Error, failure.Cause).ShouldBe(("System.NotSupportedException", "This machine has no camera."));
        await ServesOthers(bed);
    }

    [Fact]
    public async Task A_handler_whose_dependency_is_missing_should_fail_its_own_item_and_name_it()
    {
        await using var bed = await Start(w => w.AddHandler<Scoped>());

        (await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("scoped", new VideoChunk("v", 1))))).Cause.ShouldNotBeNull().ShouldContain(nameof(ScopeMark));
        await ServesOthers(bed);
    }

    [Fact]
    public async Task A_handler_whose_dependency_cannot_be_disposed_should_fail_its_own_item()
    {
        await using var bed = await Start(w =>
        {
            w.Services.AddScoped<Sticky>();
            w.AddHandler<Stuck>();
        });

        (await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("stuck", 1)))).Cause.ShouldBe("It does not come off.");
        await ServesOthers(bed);
    }

    [Fact]
    public async Task Handlers_that_block_their_threads_should_not_keep_others_from_theirs()
    {
        const int Blocked = 8;
        using var gate = new ManualResetEventSlim();
        await using var bed = await Start(
            w => w.AddHandler("blocks", (JsonElement _, NodeContext _) =>
            {
                gate.Wait(CancellationToken.None);
                return Task.FromResult(1);
            }),
            concurrency: Blocked + 1);
        var items = new List<NodeWorkItem>();
        for (var i = 0; i < Blocked; i++)
            items.Add(await bed.Desk.Send(Desk.Item("blocks")));
        await bed.Desk.Started.Several(Blocked);

        await ServesOthers(bed);

        items.ShouldAllBe(item => !bed.Desk.IsAnswered(item));
        gate.Set();
        foreach (var item in items)
            await bed.Desk.Success(item);
    }

    [Fact] // capability 95
    public async Task A_handler_that_never_returns_should_time_out_and_take_no_more_than_its_place()
    {
        var never = new TaskCompletionSource<int>();
        await using var bed = await Start(w => w.AddHandler("never", (JsonElement _, NodeContext _) => never.Task, timeoutSeconds: 1));

        (await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("never")))).Error.ShouldBe("States.Timeout");

        await ServesOthers(bed);
        never.SetResult(1);
    }

    [Theory] // capability 98
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_handler_does_when_it_is_cancelled_should_not_harm_the_process_however_it_fails(bool byTimeout)
    {
        var (begun, ended) = (new Observed<Guid>(), new Observed<Guid>());
        await using var bed = await Start(w => w.AddHandler("touchy", async (JsonElement _, NodeContext context) =>
        {
            context.CancellationToken.Register(() => throw new InvalidOperationException("Do not touch."));
            begun.Add(context.Token);
            await new TaskCompletionSource().Task.WaitAsync(context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ended.Add(context.Token);
            return 1;
        }));
        var item = await bed.Desk.Send(Desk.Item("touchy") with { TimeoutSeconds = byTimeout ? 1 : 60 });
        await begun.First(token => token == item.Token);

        if (byTimeout)
            (await bed.Desk.Failure(item)).Error.ShouldBe("States.Timeout");
        else
            await bed.Desk.Cancel(item);

        await ended.First(token => token == item.Token);
        await ServesOthers(bed);
    }

    private static async Task ServesOthers(WorkerBed bed) =>
        (await bed.Desk.Success(await bed.Desk.Send(Desk.Item("fine", 7)))).Output.GetInt32().ShouldBe(7);

    private static Task<WorkerBed> Start(Action<FlowWorkerBuilder> configure, int concurrency = 2) => WorkerBed.Start(
        new InMemoryTransport(),
        w =>
        {
            w.AddHandler("fine", (int input, NodeContext _) => Task.FromResult(input));
            configure(w);
        },
        ("Flow:Worker:Concurrency", concurrency.ToString()));

    [NodeHandler("unmakeable")]
    private sealed class Unmakeable : INodeHandler<int, int>
    {
        public Unmakeable() => throw new NotSupportedException("This machine has no camera.");

        public Task<Transition<int>> HandleAsync(int input, NodeContext context) => Task.FromResult<Transition<int>>(input);
    }

    private sealed class Sticky : IDisposable
    {
        public string Name { get; } = "tape";

        public void Dispose() => throw new InvalidOperationException("It does not come off.");
    }

    [NodeHandler("stuck")]
    private sealed class Stuck(Sticky sticky) : INodeHandler<int, string>
    {
        public Task<Transition<string>> HandleAsync(int input, NodeContext context) => Task.FromResult<Transition<string>>(sticky.Name);
    }
}
