using Flow.Transports.Checks;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Tests;

// capabilities 70, 158
public sealed class RedisChecksTests
{
    [Fact]
    public async Task Should_find_nothing_wrong_with_a_server_that_keeps_everything()
    {
        await using var server = await OwnRedis.StartAsync("--appendfsync", "always");

        var results = await Doctor.RunAsync(server.Settings);

        results.ShouldAllBe(result => result.Status == CheckStatus.Ok);
        results.Select(result => result.Subject).ShouldBe(["broker", "broker role", "broker durability", "broker memory"]);
    }

    [Theory]
    [InlineData("everysec", CheckStatus.Warning, "one to two seconds")]
    [InlineData("no", CheckStatus.Problem, "tens of seconds")]
    public async Task Should_say_what_a_power_failure_may_lose(string sync, CheckStatus status, string loss)
    {
        await using var server = await OwnRedis.StartAsync("--appendfsync", sync);

        var found = (await Doctor.RunAsync(server.Settings)).Single(result => result.Subject == "broker durability");

        found.Status.ShouldBe(status);
        found.Finding.ShouldContain(loss);
        found.Remedy.ShouldNotBeNull().ShouldContain("appendfsync always");
    }

    [Theory]
    [InlineData("--appendonly", "no", "appendonly yes")]
    [InlineData("--maxmemory-policy", "allkeys-lru", "maxmemory-policy noeviction")]
    public async Task Should_find_a_server_that_loses_messages_even_where_that_is_wanted(string option, string value, string remedy)
    {
        await using var server = await OwnRedis.StartAsync(option, value);

        var refused = await Doctor.RunAsync(server.Settings);
        var wanted = await Doctor.RunAsync(new Dictionary<string, string?>(server.Settings) { ["Flow:Redis:RequireAof"] = "false" });

        refused.ShouldHaveSingleItem().Finding.ShouldContain(remedy);
        var found = wanted.Single(result => result.Status == CheckStatus.Problem);
        (found.Subject, found.Finding.Contains(remedy, StringComparison.Ordinal)).ShouldBe(("broker durability", true));
    }

    [Fact]
    public async Task Should_warn_of_a_server_that_is_nearly_full()
    {
        await using var server = await OwnRedis.StartAsync("--maxmemory", "1100000", "--appendfsync", "always");

        var found = (await Doctor.RunAsync(server.Settings)).Single(result => result.Subject == "broker memory");

        found.Status.ShouldBe(CheckStatus.Warning);
        found.Finding.ShouldContain("of 1 MiB");
    }

    [Fact]
    public async Task Should_find_a_replica()
    {
        await using var master = await OwnRedis.StartAsync();
        await using var replica = await OwnRedis.StartAsync("--replicaof", $"127.0.0.1 {master.Port}");

        var found = (await Doctor.RunAsync(replica.Settings)).First(result => result.Status == CheckStatus.Problem);

        found.Finding.ShouldContain("replica");
    }

    [Fact]
    public async Task Should_say_that_it_may_not_ask()
    {
        await using var server = await OwnRedis.StartAsync();
        await server.ExecuteAsync("ACL", "SETUSER", "flow", "on", ">secret", "~*", "&*", "+@all", "-info", "-config");

        var results = await Doctor.RunAsync(OwnRedis.SettingsWith($"redis://flow:secret@127.0.0.1:{server.Port}"));

        results[0].Status.ShouldBe(CheckStatus.Ok);
        results[^1].Status.ShouldBe(CheckStatus.Unchecked);
        results[^1].Remedy.ShouldNotBeNull().ShouldContain("+info");
    }
}
