using Flow.Contracts;
using Flow.Worker.Execution;
using Flow.Worker.Policies;
using Flow.Worker.Tests.Bed;
using Flow.Worker.Tests.Contract;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Worker.Tests.Units;

/// <summary>Batches with the clock in hand.</summary>
public sealed class BatchTests
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly Observed<IReadOnlyList<BatchItem<int>>> _batches = new();
    private readonly Guid _runId = Guid.CreateVersion7();

    [Fact]
    public async Task A_batch_that_does_not_fill_should_begin_when_its_first_item_has_waited()
    {
        var batches = Batches(maxItems: 10);
        var first = batches.Run(1, Context());
        _time.Advance(TimeSpan.FromSeconds(4));
        var second = batches.Run(2, Context());
        _time.Advance(TimeSpan.FromSeconds(0.9));
        _batches.All.ShouldBeEmpty();

        _time.Advance(TimeSpan.FromSeconds(0.1));

        ((Transition<int>)await first).Output.ShouldBe(1);
        ((Transition<int>)await second).Output.ShouldBe(2);
        _batches.All.ShouldHaveSingleItem().Select(i => i.Input).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_full_batch_should_begin_at_once_and_the_next_item_open_another()
    {
        var batches = Batches(maxItems: 2);
        var full = new[] { batches.Run(1, Context()), batches.Run(2, Context()) };
        var next = batches.Run(3, Context());

        await Task.WhenAll(full);
        _batches.All.ShouldHaveSingleItem().Select(i => i.Input).ShouldBe([1, 2]);
        _time.Advance(TimeSpan.FromSeconds(5));
        await next;
        _batches.All[1].Select(i => i.Input).ShouldBe([3]);
    }

    [Fact]
    public async Task A_batch_should_be_of_one_node_of_one_run()
    {
        var batches = Batches(maxItems: 2);
        Task<ITransition>[] running =
        [
            batches.Run(1, Context()), batches.Run(2, new NodeContext { RunId = _runId, Node = "Other" }), batches.Run(3, new NodeContext { RunId = Guid.CreateVersion7(), Node = "Store" }),
        ];
        _time.Advance(TimeSpan.FromSeconds(5));

        await Task.WhenAll(running);
        _batches.All.ShouldAllBe(batch => batch.Count == 1);
        _batches.All.Count.ShouldBe(3);
    }

    [Fact] // capability 98
    public async Task A_batch_that_all_have_left_should_not_be_called()
    {
        using var cancel = new CancellationTokenSource();
        var batches = Batches(maxItems: 2);
        var gone = batches.Run(1, new NodeContext { RunId = _runId, Node = "Store", CancellationToken = cancel.Token });
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => gone);

        _time.Advance(TimeSpan.FromSeconds(5));
        var (one, two) = (batches.Run(2, Context()), batches.Run(3, Context()));
        await Task.WhenAll(one, two);

        _batches.All.ShouldHaveSingleItem().Select(i => i.Input).ShouldBe([2, 3]);
    }

    [Fact] // capability 98
    public async Task An_item_that_comes_cancelled_should_take_no_seat()
    {
        var batches = Batches(maxItems: 2);
        var one = batches.Run(1, Context());

        await Should.ThrowAsync<OperationCanceledException>(() => batches.Run(2, new NodeContext { RunId = _runId, Node = "Store", CancellationToken = new CancellationToken(canceled: true) }));

        await Task.WhenAll(one, batches.Run(3, Context()));
        _batches.All.ShouldHaveSingleItem().Select(i => i.Input).ShouldBe([1, 3]);
    }

    [Fact] // capability 98
    public async Task An_item_that_was_cancelled_should_be_gone_before_its_cancellation_has_called_back()
    {
        using var cancel = new CancellationTokenSource();
        using var next = new ManualResetEventSlim();
        var batches = Batches(maxItems: 2);
        var gone = batches.Run(1, new NodeContext { RunId = _runId, Node = "Store", CancellationToken = cancel.Token });
        // Called before the batch is, as the last that registered is called first.
        await using var held = cancel.Token.Register(() => next.Wait(TestContext.Current.CancellationToken));
        var cancelling = cancel.CancelAsync();

        await Task.WhenAll(batches.Run(2, Context()), batches.Run(3, Context()));
        next.Set();
        await cancelling;

        await Should.ThrowAsync<OperationCanceledException>(() => gone);
        _batches.All.ShouldHaveSingleItem().Select(i => i.Input).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task A_batch_should_be_no_larger_than_the_workers_places()
    {
        await using var bed = await Start(w => w.AddBatchHandler<int, int>("rows", Echo, 100, maxWaitSeconds: 60), ("Flow:Worker:Concurrency", "4"));

        foreach (var item in await Send(bed, 2, 3, 4, 5))
            (await bed.Desk.Success(item)).Output.GetInt32().ShouldBe(item.Input.GetInt32());

        _batches.All.ShouldHaveSingleItem().Select(i => i.Input).ShouldBe([2, 3, 4, 5], ignoreOrder: true);
    }

    [Fact]
    public async Task A_call_that_fails_should_fail_each_of_its_items()
    {
        await using var bed = await Start(w => w.AddBatchHandler<int, int>("rows", (_, _) => throw new IOException("disk full"), 2, maxWaitSeconds: 60));

        foreach (var item in await Send(bed, 1, 2))
            (await bed.Desk.Failure(item)).ShouldSatisfyAllConditions(f => f.Error.ShouldBe("System.IO.IOException"), f => f.Cause.ShouldBe("disk full"));
    }

    [Fact]
    public async Task A_call_that_gives_another_number_of_decisions_should_fail_each_of_its_items_and_say_so()
    {
        await using var bed = await Start(w => w.AddBatchHandler<int, int>("rows", (_, _) => Task.FromResult<IReadOnlyList<Transition<int>>>([1]), 2, maxWaitSeconds: 60));

        foreach (var item in await Send(bed, 1, 2))
            (await bed.Desk.Failure(item)).Cause.ShouldBe("Batch handler 'rows' returned 1 decisions for 2 items; return one for each, in their order.");
    }

    [Fact] // capability 98, 95
    public async Task An_item_that_is_cancelled_before_its_batch_begins_should_leave_it()
    {
        await using var bed = await Start(w => w.AddBatchHandler<int, int>("rows", Echo, 2, maxWaitSeconds: 60));
        var early = await bed.Desk.Send(Item(1) with { TimeoutSeconds = 5 });
        await bed.Desk.Started.First(started => started.Token == early.Token);
        _time.Advance(TimeSpan.FromSeconds(5));
        (await bed.Desk.Failure(early)).Error.ShouldBe("States.Timeout");

        foreach (var item in await Send(bed, 2, 3))
            await bed.Desk.Success(item);

        _batches.All.ShouldHaveSingleItem().Select(i => i.Input).ShouldBe([2, 3], ignoreOrder: true);
    }

    [Fact] // capability 98, 95
    public async Task An_item_that_times_out_under_way_should_fail_alone_and_the_call_be_cancelled_with_the_last_one()
    {
        var end = new TaskCompletionSource();
        var cancelled = new Observed<bool>();
        await using var bed = await Start(w => w.AddBatchHandler<int, int>(
            "rows",
            async (items, cancellationToken) =>
            {
                using var told = cancellationToken.Register(() => cancelled.Add(true));
                _batches.Add(items);
                await end.Task;
                return [.. items.Select(i => Transition.Next(i.Input))];
            },
            3,
            maxWaitSeconds: 60));
        var quick = await bed.Desk.Send(Item(1) with { TimeoutSeconds = 5 });
        var rest = new[] { await bed.Desk.Send(Item(2) with { TimeoutSeconds = 50 }), await bed.Desk.Send(Item(3) with { TimeoutSeconds = 50 }) };
        var batch = (await _batches.Several(1))[0];

        _time.Advance(TimeSpan.FromSeconds(5));
        (await bed.Desk.Failure(quick)).Error.ShouldBe("States.Timeout");
        batch.Single(i => i.Input == 1).Context.CancellationToken.IsCancellationRequested.ShouldBeTrue();
        rest.ShouldAllBe(item => !bed.Desk.IsAnswered(item));
        cancelled.All.ShouldBeEmpty();

        _time.Advance(TimeSpan.FromSeconds(45));
        await cancelled.First(c => c);
        foreach (var item in rest)
            (await bed.Desk.Failure(item)).Error.ShouldBe("States.Timeout");
        end.SetResult();
    }

    [Fact]
    public async Task A_class_should_be_made_for_each_batch_and_each_item_have_a_journal_of_its_own()
    {
        await using var bed = await Start(w =>
        {
            w.Services.AddScoped<ScopeMark>();
            w.AddHandler<StoreRows>();
        });

        var marks = new List<string>();
        foreach (var item in await Send(bed, 1, 2, 3, 4))
        {
            var success = await bed.Desk.Success(item);
            marks.Add(success.Output.GetString()!);
            success.Journal.ShouldNotBeNull().ShouldHaveSingleItem().Value.GetInt32().ShouldBe(item.Input.GetInt32());
        }

        marks.Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task An_item_that_does_not_fit_should_fail_before_it_joins()
    {
        await using var bed = await Start(w => w.AddBatchHandler<int, int>("rows", Echo, 2, maxWaitSeconds: 60));
        var wrong = await bed.Desk.Send(Desk.Item("rows", "one") with { RunId = _runId });
        (await bed.Desk.Failure(wrong)).Error.ShouldBe("Flow.InvalidInput");

        foreach (var item in await Send(bed, 1, 2))
            await bed.Desk.Success(item);
    }

    [Fact]
    public async Task A_limit_of_batches_should_be_refused_for_a_handler_that_takes_one_item()
    {
        var failure = await Should.ThrowAsync<OptionsValidationException>(() => Start(
            w => w.AddHandler("one", (int i, NodeContext _) => Task.FromResult(i)), ("Flow:Worker:Handlers:one:BatchMaxItems", "5")));

        failure.Message.ShouldContain("Handler 'one' takes one item at a time, so BatchMaxItems and BatchMaxWaitSeconds do not apply");
    }

    private Task<IReadOnlyList<Transition<int>>> Echo(IReadOnlyList<BatchItem<int>> items, CancellationToken cancellationToken)
    {
        _batches.Add(items);
        return Task.FromResult<IReadOnlyList<Transition<int>>>([.. items.Select(i => Transition.Next(i.Input))]);
    }

    private NodeWorkItem Item(int input) => Desk.Item("rows", input) with { RunId = _runId };

    private async Task<IReadOnlyList<NodeWorkItem>> Send(WorkerBed bed, params int[] inputs)
    {
        var items = new List<NodeWorkItem>();
        foreach (var input in inputs)
            items.Add(await bed.Desk.Send(Item(input)));
        return items;
    }

    private NodeContext Context() => new() { RunId = _runId, Node = "Store" };

    private Batches<int, int> Batches(int maxItems) => new(
        "rows", new BatchRules(maxItems, TimeSpan.FromSeconds(5)), (_, items, cancellationToken) => Echo(items, cancellationToken),
        new ServiceCollection().BuildServiceProvider().GetRequiredService<IServiceScopeFactory>(), _time);

    private Task<WorkerBed> Start(Action<FlowWorkerBuilder> configure, params (string Key, string Value)[] settings) => WorkerBed.Start(
        new InMemoryTransport(),
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_time);
            builder.AddFlowWorker(configure);
        },
        withDesk: true,
        settings.Length > 0 ? settings : [("Flow:Worker:Concurrency", "12")]);

    [NodeHandler("rows", BatchMaxItems = 2, BatchMaxWaitSeconds = 60)]
    private sealed class StoreRows(ScopeMark mark) : IBatchNodeHandler<int, string>
    {
        public Task<IReadOnlyList<Transition<string>>> HandleAsync(IReadOnlyList<BatchItem<int>> items, CancellationToken cancellationToken)
        {
            foreach (var item in items)
                item.Context.Journal.Append("row", item.Input);
            return Task.FromResult<IReadOnlyList<Transition<string>>>([.. items.Select(_ => Transition.Next(mark.Id.ToString()))]);
        }
    }
}
