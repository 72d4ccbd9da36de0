using System.Collections.Concurrent;
using System.Diagnostics;
using Flow.Orchestrator.Permits;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Worker;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Orchestrator.Tests.Runs;

public abstract partial class RunContract
{
    private const string Paced = """
        {"StartAt":"M","States":{"M":{"Type":"Map","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:paced/call","End":true}}},"End":true}}}
        """;

    private readonly ConcurrentQueue<(string Worker, string Key, TimeSpan At)> _starts = new();

    // capability 103
    [Fact]
    public async Task Should_begin_no_more_than_the_rate_allows_whichever_worker_begins()
    {
        const int items = 60;
        await _flow.RegisterAsync("paced", Paced);
        using var one = await StartPacedWorkerAsync("one", permits: 20, burst: 5);
        using var other = await StartPacedWorkerAsync("other", permits: 20, burst: 5);
        var begun = Now();

        (await _flow.RunAsync("paced", Enumerable.Range(0, items).Select(_ => new { customer = "all" }))).Run.Status.ShouldBe(RunStatus.Succeeded);

        _starts.Count.ShouldBe(items);
        _starts.Select(s => s.Worker).Distinct(StringComparer.Ordinal).Count().ShouldBe(2);
        ShouldKeepTo(_starts.Select(s => s.At), begun, permitsPerSecond: 20, burst: 5);
        await Task.WhenAll(one.StopAsync(), other.StopAsync());
    }

    // capability 103
    [Fact]
    public async Task Should_give_each_key_the_rate_for_itself_and_let_items_of_other_keys_pass()
    {
        await _flow.RegisterAsync("paced", Paced);
        using var worker = await StartPacedWorkerAsync("one", permits: 2, burst: 1, ("RateKeyPath", "$.customer"), ("Concurrency", "1"));
        var items = Enumerable.Repeat("hot", 24).Concat(["cool", "cold", "cool", "cold"]).Select(customer => new { customer });
        var begun = Now();

        (await _flow.RunAsync("paced", items)).Run.Status.ShouldBe(RunStatus.Succeeded);

        foreach (var key in new[] { "hot", "cool", "cold" })
            ShouldKeepTo(_starts.Where(s => s.Key == key).Select(s => s.At), begun, permitsPerSecond: 2, burst: 1);
        // 24 items at 2 a second take 11.5 seconds.
        var last = _starts.Where(s => s.Key == "hot").Max(s => s.At);
        _starts.Where(s => s.Key != "hot").ShouldAllBe(s => s.At < last);
        await worker.StopAsync();
    }

    // capability 103
    [Fact]
    public async Task Should_reserve_each_permit_once_however_many_ask_at_once()
    {
        var asked = new ReservePermits { Key = "charge", Permits = 1_000, PeriodSeconds = 10, Count = 7, MaxWaitSeconds = 60 };
        var first = (await ReserveAsync(asked)).ShouldNotBeNull();
        (first.Count, first.IntervalSeconds).ShouldBe((7, 0.01));
        first.WaitSeconds.ShouldBeInRange(-0.001, 0.001);
        var before = await NextAtAsync("charge");

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => ReserveAsync(asked)));

        answers.ShouldAllBe(a => a.Count == 7);
        var after = await NextAtAsync("charge");
        (after - before).ShouldBeGreaterThanOrEqualTo(40 * 7 * TimeSpan.TicksPerSecond / 100);
        (await ReserveAsync(asked with { Key = "other" })).WaitSeconds.ShouldBeInRange(-0.001, 0.001);
    }

    // capability 103
    [Fact]
    public async Task Should_reserve_nothing_that_is_of_no_use()
    {
        var asked = new ReservePermits { Key = "charge", Permits = 10, PeriodSeconds = 100, Burst = 3, Count = 10, MaxWaitSeconds = 15 };

        var first = await ReserveAsync(asked);
        // Three at once, and one after 10 seconds; the next would be after 20.
        (first.Count, first.WaitSeconds).ShouldBe((4, -20), "10 s apart");
        var second = await ReserveAsync(asked with { Count = 1 });
        second.Count.ShouldBe(0);
        second.WaitSeconds.ShouldBeInRange(15, 20);
        var next = await NextAtAsync("charge");
        (await ReserveAsync(asked with { Count = 1 })).Count.ShouldBe(0);
        (await NextAtAsync("charge")).ShouldBe(next);

        // One that is to come in time, and a rate that was made faster.
        (await ReserveAsync(asked with { Key = "lead", LeadSeconds = 4, Count = 1 })).ShouldSatisfyAllConditions(a => a.Count.ShouldBe(1), a => a.WaitSeconds.ShouldBe(4));
        await ReserveAsync(asked with { Key = "slow", Permits = 1, PeriodSeconds = 86_400, Burst = 1, Count = 1 });
        (await ReserveAsync(asked with { Key = "slow", Permits = 1, PeriodSeconds = 1, Burst = 1, MaxWaitSeconds = 60 })).WaitSeconds.ShouldBeInRange(59, 62);
    }

    // capability 103
    [Fact]
    public async Task Should_forget_rates_that_are_as_if_they_had_never_been_used()
    {
        await ReserveAsync(new() { Key = "idle", Permits = 100_000, PeriodSeconds = 1 });
        await ReserveAsync(new() { Key = "busy", Permits = 1, PeriodSeconds = 3_600 });

        await Eventually.HoldsAsync("the idle one to be removed", async () =>
        {
            await using var scope = _flow.Services.CreateAsyncScope();
            (await scope.ServiceProvider.GetRequiredService<PermitStore>().SweepAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
            return await NextAtAsync("idle") == 0;
        });

        (await NextAtAsync("busy")).ShouldBeGreaterThan(0);
    }

    public static TheoryData<ReservePermits, string> Bad => new()
    {
        { new() { Key = "", Permits = 1, PeriodSeconds = 1 }, "A key has 1 to 200 characters; this one has 0." },
        { new() { Key = "k", Permits = 0, PeriodSeconds = 1 }, "permits is 0; allowed are 1 to 100000." },
        { new() { Key = "k", Permits = 1, PeriodSeconds = 86_401 }, "periodSeconds is 86401; allowed are 1 to 86400." },
        { new() { Key = "k", Permits = 1, PeriodSeconds = 1, Burst = 0 }, "burst is 0; allowed are 1 to 100000." },
        { new() { Key = "k", Permits = 1, PeriodSeconds = 1, Count = 1_001 }, "count is 1001; allowed are 1 to 1000." },
        { new() { Key = "k", Permits = 1, PeriodSeconds = 1, MaxWaitSeconds = double.NaN }, "maxWaitSeconds is NaN; allowed are 0 to 60." },
        { new() { Key = "k", Permits = 1, PeriodSeconds = 1, MaxWaitSeconds = 1, LeadSeconds = 2 }, "leadSeconds is 2; allowed are 0 to maxWaitSeconds, 1." },
    };

    [Theory, MemberData(nameof(Bad))]
    public async Task Should_refuse_a_rate_that_is_out_of_bounds(ReservePermits asked, string message) =>
        (await Should.ThrowAsync<ArgumentException>(() => ReserveAsync(asked))).Message.ShouldBe(message);

    /// <summary>Each start is no sooner after the run's own than the permits before it are apart. That a permit is used in time, the tests of the worker see, whose clock does not go on beside a process that has no time.</summary>
    private static void ShouldKeepTo(IEnumerable<TimeSpan> starts, TimeSpan begun, double permitsPerSecond, int burst)
    {
        var early = starts.Order().Select((at, i) => at - begun - TimeSpan.FromSeconds((i - (burst - 1)) / permitsPerSecond)).Min();
        TestContext.Current.TestOutputHelper?.WriteLine($"at the earliest {early} after its permit");
        early.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
    }

    private static TimeSpan Now() => TimeSpan.FromSeconds((double)Stopwatch.GetTimestamp() / Stopwatch.Frequency);

    private async Task<PermitsReserved> ReserveAsync(ReservePermits asked)
    {
        await using var scope = _flow.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<PermitStore>().ReserveAsync(asked, TestContext.Current.CancellationToken);
    }

    private async Task<long> NextAtAsync(string key)
    {
        await using var scope = _flow.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>().Permits.Where(p => p.Key == key).Select(p => p.NextAt).SingleOrDefaultAsync();
    }

    private async Task<IHost> StartPacedWorkerAsync(string name, int permits, int burst, params (string Setting, string Value)[] more)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(_place.Settings);
        builder.Configuration.AddInMemoryCollection(more.Select(m => KeyValuePair.Create($"Flow:Worker:Handlers:call:{m.Setting}", (string?)m.Value)));
        builder.AddFlowWorker(worker => worker.AddHandler<JsonElement, JsonElement>(
            "call",
            (input, _) =>
            {
                _starts.Enqueue((name, input.GetProperty("customer").GetString()!, Now()));
                return Task.FromResult(input);
            },
            "paced",
            policy: p => (p.RateScope, p.RatePermits, p.RateBurst) = (RateScope.Shared, permits, burst)));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
