using System.Diagnostics.Metrics;
using Flow.Contracts;
using Flow.Worker.Policies;
using Flow.Worker.Tests.Bed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Worker.Tests.Units;

/// <summary>Permits with the clock, and the orchestrator's answers, in hand.</summary>
public sealed class SharedRateTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Observed<(ReservePermits Request, TaskCompletionSource<PermitsReserved> Answer)> _asked = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SharedRate _rate;

    public SharedRateTests() => _rate = new SharedRate(
        "shop",
        new RateRules(10, TimeSpan.FromSeconds(1)) { IsShared = true },
        request =>
        {
            var answer = new TaskCompletionSource<PermitsReserved>(TaskCreationOptions.RunContinuationsAsynchronously);
            _asked.Add((request, answer));
            return answer.Task;
        },
        new WorkerTelemetry(_services.GetRequiredService<IMeterFactory>()),
        _time,
        NullLogger.Instance);

    public void Dispose() => _services.Dispose();

    [Fact] // capability 103
    public async Task Those_who_come_while_one_asks_should_be_asked_for_together()
    {
        var first = _rate.Ask(null);
        var others = Enumerable.Range(0, 3).Select(_ => _rate.Ask(null)).ToList();
        var elsewhere = _rate.Ask("acme");

        await AnswerAsync("shop", new() { Count = 1, WaitSeconds = 0, IntervalSeconds = 0.1 });
        await first.Due;
        first.TryUse().ShouldBeTrue();
        (await AnswerAsync("shop", new() { Count = 2, WaitSeconds = 0.05, IntervalSeconds = 0.1 })).Count.ShouldBe(3);

        // The third gets none, and the others theirs one after the other.
        await others[2].Due;
        others.ConvertAll(o => o.IsRefused).ShouldBe([false, false, true]);
        _time.Advance(TimeSpan.FromSeconds(0.049));
        others.ConvertAll(o => o.TryUse()).ShouldBe([false, false, false]);
        _time.Advance(TimeSpan.FromSeconds(0.002));
        await others[0].Due;
        others.ConvertAll(o => o.TryUse()).ShouldBe([true, false, false]);
        elsewhere.Due.IsCompleted.ShouldBeFalse();
        _asked.All.Select(a => a.Request.Key).ShouldBe(["shop", "shop/acme", "shop"]);
    }

    [Fact] // capability 103
    public async Task A_permit_should_lapse_soon_after_its_moment()
    {
        var permit = _rate.Ask(null);
        await AnswerAsync("shop", new() { Count = 1, WaitSeconds = -3, IntervalSeconds = 0.1 });
        await permit.Due;

        _time.Advance(TimeSpan.FromSeconds(0.499));
        permit.HasLapsed.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.002));
        permit.HasLapsed.ShouldBeTrue();
        permit.TryUse().ShouldBeFalse();
    }

    [Fact] // capability 103
    public async Task Where_answers_are_slow_permits_should_be_asked_for_in_time()
    {
        var late = _rate.Ask(null);
        await _asked.First(a => a.Request.LeadSeconds == 0);
        _time.Advance(TimeSpan.FromSeconds(0.8));
        await AnswerAsync("shop", new() { Count = 1, WaitSeconds = 0, IntervalSeconds = 0.1 });
        await late.Due;
        late.HasLapsed.ShouldBeTrue();

        _rate.Ask(null);
        await _asked.First(a => a.Request.LeadSeconds == 0.8);
    }

    [Fact] // capability 103
    public async Task Without_an_answer_nobody_should_have_a_permit_nor_ask_again_at_once()
    {
        var permit = _rate.Ask(null);
        (await _asked.First(_ => true)).Answer.SetException(new TimeoutException("nobody is there"));
        await permit.Due;
        permit.IsRefused.ShouldBeTrue();
        var next = _rate.Ask("acme");
        await next.Due;
        (next.IsRefused, next.TryUse(), _asked.All.Count).ShouldBe((true, false, 1));

        _time.Advance(TimeSpan.FromSeconds(5));
        _rate.Ask("acme").Due.IsCompleted.ShouldBeFalse();
        (await _asked.First(a => a.Request.Key == "shop/acme")).Request.PeriodSeconds.ShouldBe(1);
    }

    [Fact]
    public void A_long_key_should_be_its_hash()
    {
        _rate.Ask(new string('x', 195));
        _rate.Ask(new string('x', 196));
        _rate.Ask(new string('y', 5_000));

        _asked.All.Select(a => a.Request.Key.Length).ShouldBe([200, "shop/".Length + 32, "shop/".Length + 32]);
        _asked.All.Select(a => a.Request.Key).Distinct(StringComparer.Ordinal).Count().ShouldBe(3);
    }

    /// <summary>Answers the next request of a key that is not answered.</summary>
    private async Task<ReservePermits> AnswerAsync(string key, PermitsReserved answer)
    {
        var (request, waiting) = await _asked.First(a => a.Request.Key == key && !a.Answer.Task.IsCompleted);
        waiting.SetResult(answer);
        return request;
    }
}
