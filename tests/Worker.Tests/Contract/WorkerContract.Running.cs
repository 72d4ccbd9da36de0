using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Tests.Bed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Flow.Worker.Tests.Contract;

public abstract partial class WorkerContract
{
    [Fact] // capability 95
    public async Task A_handler_that_takes_too_long_should_fail_as_timed_out_and_be_cancelled()
    {
        var cancelled = new Observed<bool>();
        await using var bed = await Start(w => w.AddHandler("slow", async (JsonElement _, NodeContext context) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancelled.Add(context.CancellationToken.IsCancellationRequested);
            return 0;
        }));
        var item = await bed.Desk.Send(Desk.Item("slow") with { TimeoutSeconds = 1 });

        var failure = await bed.Desk.Failure(item);
        failure.Error.ShouldBe("States.Timeout");
        failure.Cause.ShouldBe("Handler 'slow' did not end within 1 s.");
        await cancelled.First(c => c);
    }

    [Fact] // capability 88
    public async Task Never_more_than_the_concurrency_should_run_at_once_over_all_queues()
    {
        var (running, most) = (0, 0);
        using var gate = new SemaphoreSlim(0);
        var entered = new Observed<int>();
        async Task<int> Work(JsonElement input, NodeContext context)
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            entered.Add(now);
            await gate.WaitAsync(context.CancellationToken);
            Interlocked.Decrement(ref running);
            return now;
        }

        await using var bed = await Start(w => w.AddHandler<JsonElement, int>("a", Work, "one").AddHandler<JsonElement, int>("b", Work, "two"), ("Flow:Worker:Concurrency", "2"));
        var items = new List<NodeWorkItem>();
        for (var i = 0; i < 4; i++)
        {
            items.Add(await bed.Desk.Send(Desk.Item("a"), "one"));
            items.Add(await bed.Desk.Send(Desk.Item("b"), "two"));
        }

        for (var done = 0; done < items.Count; done++)
        {
            await entered.Several(Math.Min(done + 2, items.Count));
            gate.Release();
        }

        foreach (var item in items)
            await bed.Desk.Success(item);
        most.ShouldBe(2);
    }

    [Fact] // capability 75, 4
    public async Task A_worker_should_consume_the_listed_queues_only()
    {
        await using var bed = await Start(
            w => w.AddHandler<Split>(queue: "fast").AddHandler<ExtractAudio>(), ("Flow:Worker:Queues:0", "fast"), ("Flow:Worker:Concurrency", "1"));
        (await bed.Desk.Workers.First(_ => true)).Queues.ShouldBe(["fast"]);
        if (!Transport.IsDurable)
            return;

        var waiting = await bed.Desk.Send(Desk.Item("extract-audio", new VideoChunk("v", 1)), "video");
        var served = await bed.Desk.Send(Desk.Item("split", new VideoChunk("v", 1)), "fast");
        await bed.Desk.Success(served);
        bed.Desk.IsAnswered(waiting).ShouldBeFalse();
    }

    [Fact] // capability 4
    public async Task Without_a_list_a_worker_should_consume_what_its_handlers_declare()
    {
        await using var bed = await Start(w => w.AddHandler<ExtractAudio>().AddHandler<Split>());

        var heartbeat = await bed.Desk.Workers.First(_ => true);
        heartbeat.Queues.ShouldBe(["default", "video"]);
        heartbeat.Handlers.ShouldBe(["extract-audio", "split"]);
    }

    [Fact] // capability 37, 98
    public async Task A_cancelled_run_should_cancel_its_handler_and_drop_its_queued_items()
    {
        var cancelled = new Observed<Guid>();
        await using var bed = await Start(
            w => w.AddHandler("wait", async (JsonElement _, NodeContext context) =>
            {
                await new TaskCompletionSource().Task.WaitAsync(context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancelled.Add(context.Token);
                return 0;
            }).AddHandler<Split>(), ("Flow:Worker:Concurrency", "1"));
        var inHand = await bed.Desk.Send(Desk.Item("wait"));
        await bed.Desk.Started.First(s => s.Token == inHand.Token);
        var queued = await bed.Desk.Send(Desk.Item("wait") with { RunId = inHand.RunId });

        await bed.Desk.Cancel(inHand);
        await cancelled.First(token => token == inHand.Token);
        var redriven = await bed.Desk.Send(Desk.Item("split", new VideoChunk("v", 1)) with { RunId = inHand.RunId });

        await bed.Desk.Success(redriven);
        bed.Desk.Started.All.ShouldNotContain(s => s.Token == queued.Token);
        bed.Desk.IsAnswered(inHand).ShouldBeFalse();
        bed.Desk.IsAnswered(queued).ShouldBeFalse();
    }

    [Fact] // capability 91, 92
    public async Task Heartbeats_should_show_what_is_in_hand()
    {
        using var gate = new SemaphoreSlim(0);
        await using var bed = await Start(
            w => w.AddHandler("wait", async (JsonElement _, NodeContext context) =>
            {
                await gate.WaitAsync(context.CancellationToken);
                return 0;
            }), ("Flow:Worker:HeartbeatSeconds", "1"), ("Flow:Worker:Concurrency", "3"));
        var first = await bed.Desk.Workers.First(_ => true);
        (first.WorkerId, first.Host, first.Concurrency, first.IntervalSeconds, first.Stopping).ShouldBe((bed.Identity.WorkerId, Environment.MachineName, 3, 1, false));
        first.InFlight.ShouldBeEmpty();

        var item = await bed.Desk.Send(Desk.Item("wait") with { Attempt = 2 });
        var busy = await bed.Desk.Workers.First(w => w.InFlight.Count == 1);
        var inFlight = busy.InFlight[0];
        (inFlight.RunId, inFlight.ScopeId, inFlight.Node, inFlight.Token, inFlight.Attempt).ShouldBe((item.RunId, item.ScopeId, item.Node, item.Token, 2));

        gate.Release();
        await bed.Desk.Success(item);
        await bed.Desk.Workers.First(w => w.Timestamp > busy.Timestamp && w.InFlight.Count == 0);
    }

    [Fact] // capability 89
    public async Task Health_should_list_every_queue_of_the_worker()
    {
        await using var bed = await Start(w => w.AddHandler<ExtractAudio>().AddHandler<Split>());

        var report = await bed.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        report.Status.ShouldBe(HealthStatus.Healthy);
        var endpoints = string.Join(' ', report.Entries.SelectMany(e => e.Value.Data.Values).Select(v => v is System.Collections.IDictionary d ? string.Join(' ', d.Keys.Cast<object>()) : v?.ToString()));
        endpoints.ShouldContain("flow-work-video");
        endpoints.ShouldContain("flow-work-default");
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
            // Someone else raised it meanwhile.
        }
    }
}
