using Flow.Transports.Checks;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Tests;

// capabilities 66, 158
public sealed class RabbitMqChecksTests : IAsyncLifetime
{
    private readonly RabbitMqBroker _broker = new();

    public ValueTask InitializeAsync() => _broker.StartAsync();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Should_find_nothing_wrong_with_a_broker_that_is_well_and_leave_nothing_on_it()
    {
        var results = await Doctor.RunAsync(_broker.Settings);

        results.ShouldAllBe(result => result.Status == CheckStatus.Ok || result.Status == CheckStatus.Unchecked);
        results.Single(result => result.Subject == "broker").Finding.ShouldContain(_broker.VirtualHost);
        results.Where(result => result.Subject.StartsWith("permission to", StringComparison.Ordinal)).Count().ShouldBe(3);
        results.Single(result => result.Status == CheckStatus.Unchecked).Remedy.ShouldNotBeNull().ShouldContain("consumer_timeout");
        (await _broker.GetAsync("queues")).GetArrayLength().ShouldBe(0);
        (await _broker.GetAsync("exchanges")).EnumerateArray().ShouldNotContain(exchange => exchange.GetProperty("name").GetString()!.Contains("doctor", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("none", ".*", ".*", "permission to configure")]
    [InlineData(".*", "none", ".*", "permission to write")]
    [InlineData(".*", ".*", "none", "permission to read")]
    public async Task Should_find_the_permission_that_is_missing(string configure, string write, string read, string subject)
    {
        await using var user = await _broker.AddUserAsync(configure, write, read);

        var results = await Doctor.RunAsync(user.Settings);

        var problem = results.First(result => result.Status == CheckStatus.Problem);
        problem.Subject.ShouldBe(subject);
        problem.Finding.ShouldContain(user.Name);
        problem.Remedy.ShouldNotBeNull().ShouldContain("set_permissions");
    }

    [Theory]
    [InlineData("message-ttl", 1000, CheckStatus.Problem)]
    [InlineData("max-length", 10, CheckStatus.Problem)]
    [InlineData("expires", 60000, CheckStatus.Problem)]
    [InlineData("delivery-limit", 3, CheckStatus.Warning)]
    public async Task Should_find_a_policy_that_drops_or_diverts_messages(string setting, int value, CheckStatus status)
    {
        await using (var host = await TestHost.StartAsync(_broker.Settings))
            await host.SendAsync("flow-work-video", new Numbered(1));
        await _broker.PutAsync("policies", "house-rules", new { pattern = "^flow-", definition = new Dictionary<string, int> { [setting] = value }, priority = 1 });

        IReadOnlyList<CheckResult> results = [];
        // The broker's own list of queues follows a moment later.
        await Until.TrueAsync(async () => (results = await Doctor.RunAsync(_broker.Settings)).Any(result => result.Subject == "broker policies" && result.Status == status));

        var found = results.First(result => result.Subject == "broker policies");
        found.Finding.ShouldContain("policy 'house-rules'");
        found.Finding.ShouldContain($"{setting} = {value}");
        found.Finding.ShouldContain("flow-work-video");
        found.Remedy.ShouldNotBeNull();
    }

    [Fact]
    public async Task Should_say_what_it_could_not_check_without_the_management_API()
    {
        var results = await Doctor.RunAsync(new Dictionary<string, string?>(_broker.Settings) { ["Flow:RabbitMq:ManagementUrl"] = $"http://127.0.0.1:{Ports.Free()}" });

        results.Where(result => result.Status == CheckStatus.Unchecked).Select(result => result.Subject).ShouldBe(["broker nodes", "broker policies"]);
        results.ShouldNotContain(result => result.Status == CheckStatus.Problem);
    }

    [Fact]
    public async Task Should_tell_a_broker_that_is_away_from_one_that_refuses()
    {
        (await Doctor.RunAsync(_broker.UnreachableSettings))[0].ShouldSatisfyAllConditions(away => away.Status.ShouldBe(CheckStatus.Problem), away => away.Reached.ShouldBe(false));
        var wrong = new UriBuilder(_broker.Settings["ConnectionStrings:RabbitMq"]!) { Path = "no-such-host" }.Uri.ToString();
        var refused = (await Doctor.RunAsync(new Dictionary<string, string?>(_broker.Settings) { ["ConnectionStrings:RabbitMq"] = wrong }))[0];
        (refused.Status, refused.Reached).ShouldBe((CheckStatus.Problem, true));
        refused.Finding.ShouldContain("'no-such-host'");
    }
}
