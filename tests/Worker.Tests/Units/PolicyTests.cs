using System.Text.Json;
using Flow.Worker.Policies;
using Flow.Worker.Tests.Bed;
using Flow.Worker.Tests.Contract;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Tests.Units;

/// <summary>What holds for a handler, and what is refused.</summary>
public sealed class PolicyTests
{
    private static readonly RetryRules Rules = new(
        10, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(10), 0.2, null, new HashSet<string>(["Shop.Busy", "System.InvalidOperationException"]), new HashSet<string>(["Shop.Gone"]));

    [Fact] // capability 107
    public void The_default_should_be_one_call_without_limits()
    {
        var policy = Of(w => w.AddHandler<Split>(), "split");

        (policy.Concurrency, policy.Timeout, policy.Rate, policy.Rest, policy.MayWait).ShouldBe((null, TimeSpan.FromSeconds(600), null, null, false));
        (policy.Retry.MaxAttempts, policy.Retry.FirstDelay, policy.Retry.Factor, policy.Retry.MaxDelay, policy.Retry.Jitter, policy.Retry.Budget)
            .ShouldBe((1, TimeSpan.FromSeconds(0.5), 2, TimeSpan.FromSeconds(30), 0.2, null));
    }

    [Fact] // capability 107
    public void Settings_of_the_handler_should_come_before_its_code_before_the_worker()
    {
        var policy = Of(
            w => w.AddHandler<Eager>(policy: p => p.RestSeconds = 7),
            "eager",
            ("RetryMaxAttempts", "9"), ("RetryFactor", "3"), ("RestAfterFailures", "4"), ("RestWindowSeconds", "8"), ("HandlerTimeoutSeconds", "77"),
            ("Handlers:eager:RetryMaxAttempts", "5"), ("Handlers:eager:RatePermits", "0"));

        policy.Retry.MaxAttempts.ShouldBe(5);
        policy.Retry.FirstDelay.ShouldBe(TimeSpan.FromSeconds(0.25));
        policy.Retry.Factor.ShouldBe(3);
        policy.Concurrency.ShouldBe(2);
        policy.Rate.ShouldBeNull();
        policy.Rest.ShouldBe(new RestRules(4, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(7)));
        policy.Timeout.ShouldBe(TimeSpan.FromSeconds(77));
        policy.Retry.Never.ShouldBe([typeof(ArgumentException).FullName!]);
    }

    [Theory] // capability 103
    [InlineData("$.customer", "acme")]
    [InlineData("$.order['customer id']", "7")]
    [InlineData("$.accounts[1].name-1", "true")]
    [InlineData("$.accounts[0]", "[1,2]")]
    [InlineData("$.accounts[2]", null)]
    [InlineData("$.nothing", null)]
    [InlineData("$.customer.name", null)]
    [InlineData("$.missing[0].name", null)]
    public void The_key_of_a_rate_should_be_what_stands_at_its_path(string path, string? key)
    {
        var policy = Of(
            w => w.AddHandler<Eager>(policy: p => p.RateBy(_ => "of the code")),
            "eager", ("RateScope", "Shared"), ("Handlers:eager:RateBurst", "4"), ("Handlers:eager:RateKeyPath", path));
        var item = Desk.Item("eager", JsonSerializer.Deserialize<JsonElement>("""{"customer":"acme","order":{"customer id":7},"accounts":[[1,2],{"name-1":true}],"nothing":null}"""));

        var rate = policy.Rate.ShouldNotBeNull();
        (rate.IsShared, rate.Permits, rate.Burst).ShouldBe((true, 10, 4));
        rate.Key!(item).ShouldBe(key);
    }

    [Fact]
    public void Lists_should_add_up() =>
        Of(w => w.AddHandler<Eager>(), "eager", ("RetryNever:0", "Shop.Gone"), ("Handlers:eager:RetryNever:0", "Shop.Closed")).Retry.Never
            .ShouldBe(["Shop.Gone", typeof(ArgumentException).FullName!, "Shop.Closed"], ignoreOrder: true);

    [Fact]
    public void A_name_with_a_colon_should_have_settings() =>
        Of(w => w.AddHandler<Split>("http").AddHandler<Split>("http:invoke"), "http:invoke", ("Handlers:http:invoke:Concurrency", "3"), ("Handlers:http:Concurrency", "4")).Concurrency.ShouldBe(3);

    [Theory] // capability 157
    [InlineData("RetryMaxAttempts", "0", "Flow:Worker:RetryMaxAttempts is 0; allowed are 1 to 100.")]
    [InlineData("RetryJitter", "1.5", "Flow:Worker:RetryJitter is 1.5; allowed are 0 to 1.")]
    [InlineData("Handlers:x:Concurrency", "1001", "Flow:Worker:Handlers:x:Concurrency is 1001; allowed are 1 to 1000.")]
    [InlineData("Handlers:x:TimeoutSeconds", "0", "Flow:Worker:Handlers:x:TimeoutSeconds is 0; allowed are 1 to 604800.")]
    [InlineData("Handlers:x:RetryFirstDelaySeconds", "0", "Flow:Worker:Handlers:x:RetryFirstDelaySeconds is 0; allowed are 0.001 to 3600.")]
    [InlineData("Handlers:x:RetryFactor", "NaN", "Flow:Worker:Handlers:x:RetryFactor is NaN; allowed are 1 to 10.")]
    [InlineData("Handlers:x:RetryMaxDelaySeconds", "3601", "Flow:Worker:Handlers:x:RetryMaxDelaySeconds is 3601; allowed are 0.001 to 3600.")]
    [InlineData("Handlers:x:RetryBudgetSeconds", "0", "Flow:Worker:Handlers:x:RetryBudgetSeconds is 0; allowed are 1 to 604800.")]
    [InlineData("Handlers:x:RatePermits", "-1", "Flow:Worker:Handlers:x:RatePermits is -1; allowed are 0 to 100000.")]
    [InlineData("Handlers:x:RatePeriodSeconds", "0", "Flow:Worker:Handlers:x:RatePeriodSeconds is 0; allowed are 1 to 86400.")]
    [InlineData("Handlers:x:RestAfterFailures", "10001", "Flow:Worker:Handlers:x:RestAfterFailures is 10001; allowed are 0 to 10000.")]
    [InlineData("Handlers:x:RestWindowSeconds", "0", "Flow:Worker:Handlers:x:RestWindowSeconds is 0; allowed are 1 to 86400.")]
    [InlineData("Handlers:x:RestSeconds", "0", "Flow:Worker:Handlers:x:RestSeconds is 0; allowed are 1 to 86400.")]
    [InlineData("Handlers:x:RetryOn:0", " ", "Flow:Worker:Handlers:x:RetryOn:0 is empty; allowed are names of errors and full names of exceptions.")]
    [InlineData("Handlers:x:RetryMaxAttemps", "3", "Flow:Worker:Handlers:x:RetryMaxAttemps is no setting; a handler has BatchMaxItems, BatchMaxWaitSeconds, Concurrency, RateBurst, RateKeyPath, RatePeriodSeconds, RatePermits, RateScope,")]
    [InlineData("Handlers:x:RateScope", "7", "Flow:Worker:Handlers:x:RateScope is 7; allowed are Process, Shared.")]
    [InlineData("Handlers:x:RateBurst", "0", "Flow:Worker:Handlers:x:RateBurst is 0; allowed are 1 to 100000.")]
    [InlineData("Handlers:x:RateBurst", "2", "Handler 'x' has a RateBurst, which only a shared rate has: set RateScope to Shared, or leave it out.")]
    [InlineData("Handlers:x:RateKeyPath", "$.a..b", "Flow:Worker:Handlers:x:RateKeyPath: '$.a..b' is no path to one value: write it like $.customer, $.order['customer id'] or $.accounts[0].")]
    [InlineData("Handlers:x:RateKeyPath", "$.a", "Handler 'x' has a key for its rate, but no shared rate: set RateScope to Shared and RatePermits, or leave RateKeyPath out.")]
    [InlineData("Handlers:y:Concurrency", "3", "Flow:Worker:Handlers:y names no handler of this worker; it has x.")]
    public async Task A_wrong_value_should_stop_the_start(string setting, string value, string message)
    {
        var failure = await Should.ThrowAsync<OptionsValidationException>(() => WorkerBed.Start(
            new InMemoryTransport(), w => w.AddHandler("x", (JsonElement _, NodeContext _) => Task.FromResult(1)), ($"Flow:Worker:{setting}", value)));
        failure.Message.ShouldContain(message);
    }

    [Fact]
    public void A_wrong_policy_in_code_should_stop_the_registration() =>
        Should.Throw<ArgumentException>(() => new FlowWorkerBuilder(new ServiceCollection()).AddHandler<Split>(policy: p => p.RetryFactor = 0.5))
            .Message.ShouldBe("Handler 'split': RetryFactor is 0.5; allowed are 1 to 10.");

    [Theory] // capability 105, 106
    [InlineData(1, 0, 1)]
    [InlineData(2, 0, 2)]
    [InlineData(3, 0, 4)]
    [InlineData(4, 0, 8)]
    [InlineData(5, 0, 10)]
    [InlineData(60, 0, 10)]
    [InlineData(1, 0.5, 0.9)]
    [InlineData(5, 0.5, 9)]
    public void Delays_should_grow_to_a_cap_and_be_shortened_by_chance(int calls, double chance, double seconds) =>
        Rules.DelayAfter(calls, chance).TotalSeconds.ShouldBe(seconds, 1e-6);

    [Theory]
    [InlineData(1, 0, 100, null, 1.0)]
    [InlineData(10, 0, 100, null, null)]
    [InlineData(1, 99, 100, null, null)]
    [InlineData(1, 98.9, 100, null, 1.0)]
    [InlineData(1, 4, 100, 5, null)]
    [InlineData(1, 3.9, 100, 5, 1.0)]
    [InlineData(1, 99, 100, 500, null)]
    public void No_call_should_begin_after_the_budget_or_the_timeout(int calls, double elapsed, double timeout, int? budget, double? seconds)
    {
        var rules = Rules with { Budget = budget is { } b ? TimeSpan.FromSeconds(b) : null };

        rules.NextDelay(calls, "x", new TimeoutException(), TimeSpan.FromSeconds(elapsed), TimeSpan.FromSeconds(timeout), 0).ShouldBe(seconds is { } s ? TimeSpan.FromSeconds(s) : null);
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(20, 20.0)]
    [InlineData(99, null)]
    public void What_was_asked_for_should_be_waited_for_or_the_attempt_given_up(int asked, double? seconds) =>
        Rules.NextDelay(1, "x", new RetryAfterException(TimeSpan.FromSeconds(asked)), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(100), 0).ShouldBe(seconds is { } s ? TimeSpan.FromSeconds(s) : null);

    public static TheoryData<string, Exception?, bool> Errors => new()
    {
        { "a", new HttpRequestException("", null, System.Net.HttpStatusCode.ServiceUnavailable), true },
        { "a", new HttpRequestException("", null, System.Net.HttpStatusCode.TooManyRequests), true },
        { "a", new HttpRequestException("", null, System.Net.HttpStatusCode.RequestTimeout), true },
        { "a", new HttpRequestException("", null, System.Net.HttpStatusCode.NotFound), false },
        { "a", new HttpRequestException("no connection"), true },
        { "a", new TaskCanceledException("", new TimeoutException()), true },
        { "a", new TaskCanceledException(), false },
        { "a", new TimeoutException(), true },
        { "a", new IOException(), true },
        { "a", new VideoMissingException(""), true },
        { "a", new FileNotFoundException(), false },
        { "a", new System.Net.Sockets.SocketException(), true },
        { "a", new Microsoft.Data.Sqlite.SqliteException("", 5), false },
        { "a", new RetryAfterException(TimeSpan.Zero), true },
        { "a", new NotSupportedException(), false },
        { "a", new ObjectDisposedException(""), true },
        { "Shop.Busy", new NotSupportedException(), true },
        { "Shop.Busy", null, true },
        { "Shop.Gone", new TimeoutException(), false },
        { "Shop.Other", null, false },
    };

    [Theory] // capability 109
    [MemberData(nameof(Errors))]
    public void Some_errors_should_be_transient(string error, Exception? exception, bool transient) => Rules.IsTransient(error, exception).ShouldBe(transient);

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "Fri, 02 Jan 2026 03:04:10 GMT", 5)]
    [InlineData(503, "Fri, 02 Jan 2026 03:04:00 GMT", 0)]
    [InlineData(503, null, null)]
    [InlineData(500, "7", null)]
    public void A_response_should_say_when_to_try_again(int status, string? header, int? seconds)
    {
        using var response = new HttpResponseMessage((System.Net.HttpStatusCode)status);
        if (header is not null)
            response.Headers.Add("Retry-After", header);
        var now = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        if (seconds is null)
            RetryAfterException.ThrowIfAsked(response, now);
        else
            Should.Throw<RetryAfterException>(() => RetryAfterException.ThrowIfAsked(response, now)).Delay.TotalSeconds.ShouldBe(seconds.Value);
    }

    private static Policy Of(Action<FlowWorkerBuilder> configure, string handler, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Flow:Worker:{s.Key}", (string?)s.Value))).Build();
        using var services = new ServiceCollection().AddFlowWorker(configuration, configure).AddLogging().BuildServiceProvider();
        services.GetRequiredService<IOptions<FlowWorkerOptions>>().Value.ShouldNotBeNull();
        return services.GetRequiredService<PolicyBook>()[services.GetRequiredService<FlowWorkerBuilder>().Handlers[handler]];
    }

    [NodeHandler("eager", Concurrency = 2, RetryMaxAttempts = 3, RetryFirstDelaySeconds = 0.25, RetryNever = [typeof(ArgumentException)], RatePermits = 10)]
    private sealed class Eager : INodeHandler<int, int>
    {
        public Task<Transition<int>> HandleAsync(int input, NodeContext context) => Task.FromResult<Transition<int>>(input);
    }
}
