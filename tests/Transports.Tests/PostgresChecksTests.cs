using Flow.Transports.Checks;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Tests;

// capabilities 68, 158
public sealed class PostgresChecksTests : IAsyncLifetime
{
    private readonly PostgresBroker _broker = new();

    public ValueTask InitializeAsync() => _broker.StartAsync();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Should_look_at_disk_connections_cleaning_and_notices()
    {
        var results = await RunAsync("");

        results.Select(result => result.Subject).ShouldBe(["broker", "broker durability", "broker connections", "broker table cleaning", "broker notices"]);
        results.Where(result => result.Subject is "broker" or "broker connections" or "broker notices").ShouldAllBe(result => result.Status == CheckStatus.Ok);
    }

    [Fact]
    public async Task Should_warn_of_pools_for_which_the_server_has_too_few_connections()
    {
        var found = (await RunAsync("Maximum Pool Size=1000")).Single(result => result.Subject == "broker connections");

        found.Status.ShouldBe(CheckStatus.Warning);
        found.Finding.ShouldContain("up to 1000");
        found.Remedy.ShouldNotBeNull().ShouldContain("max_connections");
    }

    [Fact]
    public async Task Should_warn_of_a_limit_that_cuts_statements()
    {
        var found = (await RunAsync("Options=-c statement_timeout=2500")).Single(result => result.Subject == "broker statement_timeout");

        found.Status.ShouldBe(CheckStatus.Warning);
        found.Finding.ShouldContain("2500 ms");
    }

    private Task<IReadOnlyList<CheckResult>> RunAsync(string more)
    {
        var settings = new Dictionary<string, string?>(_broker.Settings);
        settings["ConnectionStrings:Flow"] += $";{more}";
        return Doctor.RunAsync(settings);
    }
}
