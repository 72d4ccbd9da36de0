using System.Diagnostics.Metrics;
using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Tests.Bed;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Worker.Tests.Contract;

public abstract partial class WorkerContract
{
    private static readonly (string, string)[] SharedRate =
    [
        ("Flow:Worker:Handlers:shop:RateScope", "Shared"), ("Flow:Worker:Handlers:shop:RatePermits", "7"), ("Flow:Worker:Handlers:shop:RatePeriodSeconds", "60"), ("Flow:Worker:Handlers:shop:RateBurst", "3"),
        ("Flow:Worker:Concurrency", "1"),
    ];

    [Fact] // capability 103
    public async Task Nothing_of_a_shared_rate_should_begin_until_an_orchestrator_answers()
    {
        var asked = new Observed<ReservePermits>();
        var calls = 0;
        await using var bed = await Start(
            w => w
                .AddHandler("shop", (JsonElement _, NodeContext _) => Task.FromResult(Interlocked.Increment(ref calls)))
                .AddHandler("free", (JsonElement _, NodeContext _) => Task.FromResult(0)),
            SharedRate);
        using var permits = new PermitWatch(bed.Services.GetRequiredService<IMeterFactory>());
        var item = await bed.Desk.Send(Desk.Item("shop"));
        // It takes the only place of nobody while it waits.
        await bed.Desk.Success(await bed.Desk.Send(Desk.Item("free")));
        await permits.Outcomes.First(o => o == "unanswered");
        calls.ShouldBe(0);

        await AnswerPermits(bed, asked, _ => new PermitsReserved { Count = 1, WaitSeconds = -1, IntervalSeconds = 1 });

        await bed.Desk.Success(item);
        var request = asked.All[^1];
        (request.Key, request.Permits, request.PeriodSeconds, request.Burst, request.Count, request.MaxWaitSeconds).ShouldBe(("shop", 7, 60, 3, 1, 5));
        await permits.Outcomes.First(o => o == "used");
    }

    [Fact] // capability 103
    public async Task Each_call_should_have_a_permit_and_begin_at_its_moment()
    {
        var (asked, calls) = (new Observed<ReservePermits>(), new Observed<long>());
        await using var bed = await Start(
            w => w.AddHandler("shop", (JsonElement _, NodeContext _) =>
            {
                calls.Add(TimeProvider.System.GetTimestamp());
                return calls.All.Count < 3 ? throw new IOException("not yet") : Task.FromResult(1);
            }),
            [.. SharedRate, ("Flow:Worker:Handlers:shop:RetryMaxAttempts", "3"), ("Flow:Worker:Handlers:shop:RetryFirstDelaySeconds", "0.001"), ("Flow:Worker:Handlers:shop:RateKeyPath", "$.customer")]);
        await AnswerPermits(bed, asked, _ => new PermitsReserved { Count = 1, WaitSeconds = 0.6, IntervalSeconds = 1 });
        var sent = TimeProvider.System.GetTimestamp();

        await bed.Desk.Success(await bed.Desk.Send(Desk.Item("shop", new { customer = "acme" })));

        asked.All.Count.ShouldBe(3);
        asked.All.ShouldAllBe(a => a.Key == "shop/acme");
        foreach (var (call, before) in calls.All.Zip(calls.All.Prepend(sent)))
            TimeProvider.System.GetElapsedTime(before, call).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.6));
    }

    [Fact] // capability 103
    public async Task An_item_whose_key_has_no_permit_should_go_to_the_end_of_its_queue()
    {
        var asked = new Observed<ReservePermits>();
        await using var bed = await Start(
            w => w.AddHandler("shop", (JsonElement _, NodeContext _) => Task.FromResult(1), policy: p => p.RateBy(item => item.Input.GetProperty("customer").GetString())),
            [.. SharedRate, ("Flow:Worker:Handlers:shop:Concurrency", "1")]);
        var isDry = true;
        await AnswerPermits(bed, asked, a => new PermitsReserved { Count = a.Key == "shop/hot" && Volatile.Read(ref isDry) ? 0 : a.Count, WaitSeconds = 0, IntervalSeconds = 0 });
        var hot = new List<NodeWorkItem>();
        // More than the queue delivers at once.
        for (var i = 0; i < 5; i++)
            hot.Add(await bed.Desk.Send(Desk.Item("shop", new { customer = "hot" })));

        await bed.Desk.Success(await bed.Desk.Send(Desk.Item("shop", new { customer = "cool" })));
        (await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("shop", new { })))).ShouldSatisfyAllConditions(
            f => f.Error.ShouldBe(WorkerErrors.InvalidInput),
            f => f.Cause!.ShouldContain("By which key of its rate handler 'shop' counts the item cannot be told from it"));

        hot.ShouldAllBe(item => !bed.Desk.IsAnswered(item));
        Volatile.Write(ref isDry, false);
        foreach (var item in hot)
            await bed.Desk.Success(item);
    }

    internal static async Task AnswerPermits(WorkerBed bed, Observed<ReservePermits> asked, Func<ReservePermits, PermitsReserved> answer)
    {
        await bed.Services.GetRequiredService<IReceiveEndpointConnector>().ConnectReceiveEndpoint(QueueNames.Permits, (_, endpoint) =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.Handler<ReservePermits>(async context =>
            {
                asked.Add(context.Message);
                await context.RespondAsync(answer(context.Message));
            });
        }).Ready;
    }

    /// <summary>What becomes of the permits of a worker.</summary>
    private sealed class PermitWatch : IDisposable
    {
        private readonly MeterListener _listener = new();

        public PermitWatch(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "flow.worker.permit.wait" && instrument.Meter.Scope == meters)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
            {
                foreach (var (name, value) in tags)
                {
                    if (name == "outcome")
                        Outcomes.Add((string)value!);
                }
            });
            _listener.Start();
        }

        public Observed<string> Outcomes { get; } = new();

        public void Dispose() => _listener.Dispose();
    }
}
