using System.Diagnostics.Metrics;
using System.Text.Json;
using Flow.Contracts;
using Flow.Transports;
using Flow.Worker.Policies;
using Flow.Worker.Tests.Bed;
using Flow.Worker.Tests.Contract;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Worker.Tests.Units;

/// <summary>Policies with the clock in hand.</summary>
public sealed class PolicyTimeTests
{
    private readonly WatchedTime _time = new();
    private readonly List<TimeSpan> _passed = [];
    private readonly Observed<DateTimeOffset> _calls = new();
    private readonly Observed<(string Instrument, string? Handler, string? Error)> _counted = new();

    [Fact] // capability 105, 106
    public async Task Calls_should_be_apart_by_the_delays_of_the_policy()
    {
        await using var bed = await Start(w => w.AddHandler<JsonElement, int>("shop", Fail, policy: p =>
            (p.RetryMaxAttempts, p.RetryFirstDelaySeconds, p.RetryFactor, p.RetryMaxDelaySeconds, p.RetryJitter) = (5, 1.5, 3, 11, 0)));
        var item = await bed.Desk.Send(Desk.Item("shop"));

        foreach (var seconds in (double[])[1.5, 4.5, 11, 11])
            await Pass(seconds);

        (await bed.Desk.Failure(item)).Error.ShouldBe("System.IO.IOException");
        Delays().ShouldBe([1.5, 4.5, 11, 11]);
    }

    [Theory]
    [InlineData(9, null, 3)]
    [InlineData(8, null, 2)]
    [InlineData(100, 4, 2)]
    [InlineData(100, 3, 1)]
    public async Task No_call_should_begin_beyond_the_attempts_time(int timeoutSeconds, int? budgetSeconds, int more)
    {
        await using var bed = await Start(w => w.AddHandler<JsonElement, int>("shop", Fail, policy: p =>
            (p.RetryMaxAttempts, p.RetryFirstDelaySeconds, p.RetryJitter, p.RetryBudgetSeconds, p.TimeoutSeconds) = (more + 2, 1.25, 0, budgetSeconds, timeoutSeconds)));
        var item = await bed.Desk.Send(Desk.Item("shop"));

        for (var i = 0; i < more; i++)
            await Pass(1.25 * Math.Pow(2, i));

        (await bed.Desk.Failure(item)).Error.ShouldBe("System.IO.IOException");
        _calls.All.Count.ShouldBe(more + 1);
    }

    [Fact]
    public async Task A_retry_after_should_be_waited_for()
    {
        await using var bed = await Start(w => w.AddHandler(
            "shop",
            (JsonElement _, NodeContext _) =>
            {
                _calls.Add(_time.GetUtcNow());
                return _calls.All.Count == 1 ? throw new RetryAfterException(TimeSpan.FromSeconds(42)) : Task.FromResult(1);
            },
            policy: p => (p.RetryMaxAttempts, p.RetryMaxDelaySeconds) = (2, 5)));
        var item = await bed.Desk.Send(Desk.Item("shop"));

        await Pass(42);

        await bed.Desk.Success(item);
        Delays().ShouldBe([42]);
    }

    [Fact] // capability 95
    public async Task The_timeout_should_end_an_attempt_between_calls()
    {
        var again = 0;
        await using var bed = await Start(w => w.AddHandler(
            "shop",
            async (JsonElement _, NodeContext context) =>
            {
                _calls.Add(_time.GetUtcNow());
                if (Interlocked.Increment(ref again) == 1)
                    throw new IOException("not yet");
                await new TaskCompletionSource().Task.WaitAsync(context.CancellationToken);
                return 1;
            },
            policy: p => (p.RetryMaxAttempts, p.RetryFirstDelaySeconds, p.RetryJitter, p.TimeoutSeconds) = (9, 6.5, 0, 10)));
        var item = await bed.Desk.Send(Desk.Item("shop"));

        await Pass(6.5);
        await _calls.Several(2);
        _time.Advance(TimeSpan.FromSeconds(3.5));

        (await bed.Desk.Failure(item)).Error.ShouldBe("States.Timeout");
        _calls.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Retries_and_rests_should_be_counted()
    {
        await using var bed = await Start(w => w.AddHandler<JsonElement, int>("shop", Fail, policy: p =>
            (p.RetryMaxAttempts, p.RetryFirstDelaySeconds, p.RetryJitter, p.RestAfterFailures) = (2, 1.25, 0, 1)));
        using var listener = Listen(bed);
        var item = await bed.Desk.Send(Desk.Item("shop"));

        await Pass(1.25);
        await bed.Desk.Failure(item);

        await _counted.First(c => c == ("flow.worker.handler.rests", "shop", null));
        _counted.All.Count(c => c == ("flow.worker.handler.retries", "shop", "System.IO.IOException")).ShouldBe(1);
    }

    [Fact]
    public async Task After_a_rest_one_item_should_decide_for_the_others()
    {
        var gate = new HandlerGate(Policy.Of(new HandlerPolicy { RestAfterFailures = 1, RestSeconds = 60 }, new()), new LaneRules(), _time, _ => { });
        using var __ = gate;
        gate.TryBegin(out var isTrial).ShouldBeTrue();
        gate.End(isTrial, failed: true);
        gate.IsShut.ShouldBeTrue();
        var first = gate.ReadyAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(59.9));
        (gate.TryBegin(out _), first.IsCompleted).ShouldBe((false, false));

        _time.Advance(TimeSpan.FromSeconds(0.2));
        await first;
        gate.IsShut.ShouldBeFalse();
        gate.TryBegin(out isTrial).ShouldBeTrue();
        isTrial.ShouldBeTrue();
        var second = gate.ReadyAsync(TestContext.Current.CancellationToken);
        (gate.TryBegin(out _), second.IsCompleted).ShouldBe((false, false));

        gate.End(wasTrial: true, failed: false);
        await second;
        gate.TryBegin(out isTrial).ShouldBeTrue();
        isTrial.ShouldBeFalse();
    }

    [Fact]
    public async Task A_gate_whose_places_are_all_leased_should_be_shut()
    {
        var changes = 0;
        using var gate = new HandlerGate(Policy.Of(new HandlerPolicy { Concurrency = 2 }, new()), new LaneRules(), _time, _ => changes++);
        await gate.EnterAsync(Priority.Default, TestContext.Current.CancellationToken);
        await gate.EnterAsync(Priority.Default, TestContext.Current.CancellationToken);
        gate.EnterAsync(Priority.Default, TestContext.Current.CancellationToken).IsCompleted.ShouldBeFalse();
        gate.IsShut.ShouldBeFalse();

        gate.Lease();
        gate.IsShut.ShouldBeFalse();
        gate.Lease();
        gate.IsShut.ShouldBeTrue();
        gate.Leave(Priority.Default, wasLeased: true);
        (gate.IsShut, changes).ShouldBe((false, 3));
    }

    [Fact] // capability 103
    public async Task A_permit_that_lapses_while_the_input_is_read_should_not_be_used()
    {
        var asked = new Observed<ReservePermits>();
        await using var bed = await Start(w => w.AddHandler("shop", (string input, NodeContext _) => Task.FromResult(input), policy: p => (p.RateScope, p.RatePermits) = (RateScope.Shared, 10)));
        await WorkerContract.AnswerPermits(bed, asked, _ => new PermitsReserved { Count = 1, WaitSeconds = 0, IntervalSeconds = 1 });
        var reference = Guid.CreateVersion7();
        bed.Desk.Payloads[reference] = JsonSerializer.SerializeToUtf8Bytes("large");
        bed.Desk.Reading = () => _time.Advance(TimeSpan.FromSeconds(PermitLimits.UseSeconds + 0.1));

        await bed.Desk.Success(await bed.Desk.Send(Desk.ReferringItem("shop", reference)));

        asked.All.Count.ShouldBe(2);
    }

    private double[] Delays() => [.. _calls.All.Zip(_calls.All.Skip(1), (a, b) => (b - a).TotalSeconds)];

    private Task<int> Fail(JsonElement input, NodeContext context)
    {
        _calls.Add(_time.GetUtcNow());
        throw new IOException("not yet");
    }

    /// <summary>Waits until the next call is due in so many seconds, and lets them pass.</summary>
    private async Task Pass(double seconds)
    {
        var delay = TimeSpan.FromSeconds(seconds);
        _passed.Add(delay);
        await _time.Timers.Several(_passed.Count(p => p == delay), due => due == delay);
        _time.Advance(delay);
    }

    private MeterListener Listen(WorkerBed bed)
    {
        var factory = bed.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "Flow" && ReferenceEquals(instrument.Meter.Scope, factory))
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            var all = tags.ToArray().ToDictionary(t => t.Key, t => t.Value?.ToString(), StringComparer.Ordinal);
            _counted.Add((instrument.Name, all["handler"], all.GetValueOrDefault("error")));
        });
        listener.Start();
        return listener;
    }

    private Task<WorkerBed> Start(Action<FlowWorkerBuilder> configure) => WorkerBed.Start(
        new InMemoryTransport(),
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_time);
            builder.AddFlowWorker(configure);
        },
        withDesk: true);

    private sealed class WatchedTime() : FakeTimeProvider(System.GetUtcNow())
    {
        public Observed<TimeSpan> Timers { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Timers.Add(dueTime);
            return timer;
        }
    }
}
