using System.Text.Json;
using Flow.Worker.Tests.Bed;
using Flow.Worker.Tests.Contract;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Worker.Tests.Units;

/// <summary>What depends on the clock, with the clock in hand.</summary>
public sealed class TimeTests
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly Observed<NodeContext> _begun = new();

    [Theory] // capability 95, 4, 107
    [InlineData(7, 20, "7")]
    [InlineData(null, 20, "20")]
    [InlineData(null, null, "33")]
    public async Task The_items_timeout_should_come_before_the_handlers_before_the_workers(int? item, int? handler, string seconds)
    {
        await using var bed = await Start(w => w.AddHandler<JsonElement, int>("slow", Slow, timeoutSeconds: handler), ("Flow:Worker:HandlerTimeoutSeconds", "33"));
        var sent = await bed.Desk.Send(Desk.Item("slow") with { TimeoutSeconds = item });
        await _begun.First(c => c.Token == sent.Token);

        _time.Advance(TimeSpan.FromSeconds(int.Parse(seconds)) - TimeSpan.FromMilliseconds(1));
        _begun.All[0].CancellationToken.IsCancellationRequested.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(1));

        (await bed.Desk.Failure(sent)).Cause.ShouldBe($"Handler 'slow' did not end within {seconds} s.");
    }

    [Fact] // capability 91
    public async Task Heartbeats_should_go_on_however_long_a_handler_blocks()
    {
        using var gate = new ManualResetEventSlim();
        await using var bed = await Start(
            w => w.AddHandler("blocks", (JsonElement _, NodeContext context) =>
            {
                _begun.Add(context);
                gate.Wait(context.CancellationToken);
                return Task.FromResult(1);
            }), ("Flow:Worker:Concurrency", "1"), ("Flow:Worker:HeartbeatSeconds", "10"));
        var item = await bed.Desk.Send(Desk.Item("blocks"));
        await _begun.First(c => c.Token == item.Token);

        for (var beats = bed.Desk.Workers.All.Count; beats < 6; beats++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await bed.Desk.Workers.Several(beats + 1);
        }

        bed.Desk.Workers.All[^1].InFlight.ShouldHaveSingleItem().Token.ShouldBe(item.Token);
        gate.Set();
        await bed.Desk.Success(item);
    }

    [Fact] // capability 88
    public async Task A_handler_that_is_deaf_to_its_timeout_should_keep_its_slot_until_it_ends()
    {
        var end = new TaskCompletionSource<int>();
        await using var bed = await Start(
            w => w.AddHandler("deaf", (JsonElement _, NodeContext context) =>
            {
                _begun.Add(context);
                return end.Task;
            }).AddHandler<Split>(), ("Flow:Worker:Concurrency", "1"));
        var deaf = await bed.Desk.Send(Desk.Item("deaf") with { TimeoutSeconds = 5 });
        await _begun.First(c => c.Token == deaf.Token);
        _time.Advance(TimeSpan.FromSeconds(5));
        (await bed.Desk.Failure(deaf)).Error.ShouldBe("States.Timeout");

        var next = await bed.Desk.Send(Desk.Item("split", new VideoChunk("v", 1)));
        var before = bed.Desk.Workers.All.Count;
        _time.Advance(TimeSpan.FromSeconds(10));
        (await bed.Desk.Workers.Several(before + 1))[^1].InFlight.ShouldHaveSingleItem().Token.ShouldBe(deaf.Token);
        bed.Desk.IsAnswered(next).ShouldBeFalse();

        end.SetResult(1);
        await bed.Desk.Success(next);
        bed.Desk.Succeeded.All.ShouldNotContain(s => s.Message.Token == deaf.Token);
    }

    private async Task<int> Slow(JsonElement input, NodeContext context)
    {
        _begun.Add(context);
        await new TaskCompletionSource().Task.WaitAsync(context.CancellationToken);
        return 0;
    }

    private Task<WorkerBed> Start(Action<FlowWorkerBuilder> configure, params (string Key, string Value)[] settings) => WorkerBed.Start(
        new InMemoryTransport(),
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_time);
            builder.AddFlowWorker(configure);
        },
        withDesk: true,
        settings);
}
