using System.Text.Json;

namespace Flow.Cli.Tests;

// capability 158
public sealed class When_asking_the_doctor
{
    [Fact]
    public async Task Should_find_nothing_wrong_where_all_is_well()
    {
        await using var host = await BrokerHost.CreateAsync();
        (await host.RunAsync("db", "migrate")).ExitCode.ShouldBe(0);

        var outcome = await host.RunAsync("doctor");

        outcome.ExitCode.ShouldBe(0, outcome.Output + outcome.Error);
        foreach (var said in new[] { "RabbitMQ ", $"'{host.VirtualHost}'", "permission to write", "PostgreSQL ", "database clock", "tables of the orchestrator", "tables of the monitor", "consumer_timeout" })
            outcome.Output.ShouldContain(said);
        outcome.Output.ShouldNotContain("problem");
    }

    [Fact]
    public async Task Should_name_what_hurts_and_say_what_to_do()
    {
        await using var host = await BrokerHost.CreateAsync();
        await host.ImportAsync((await host.RunAsync("topology", "export", "rabbitmq")).Output);
        await host.SetPolicyAsync("short-lived", new Dictionary<string, int> { ["message-ttl"] = 1000 });
        (await host.RunAsync("db", "migrate")).ExitCode.ShouldBe(0);
        await host.ExecuteAsync("""DELETE FROM "__migrations_MonitorPostgresContext" WHERE "MigrationId" LIKE '%Redrives'""");

        JsonElement items = default;
        // The broker applies a policy to its queues a moment later.
        for (var looks = 0; looks < 10 && !Statuses(items, "broker policies").Contains("problem"); looks++)
        {
            var outcome = await host.RunAsync("doctor", "-o", "json");
            outcome.ExitCode.ShouldBe(1, outcome.Error);
            items = outcome.Json.GetProperty("items");
        }

        var policy = items.EnumerateArray().First(item => item.GetProperty("subject").GetString() == "broker policies");
        policy.GetProperty("finding").GetString().ShouldNotBeNull().ShouldContain("policy 'short-lived' sets message-ttl = 1000");
        policy.GetProperty("remedy").GetString().ShouldNotBeNull();
        var tables = items.EnumerateArray().First(item => item.GetProperty("subject").GetString() == "tables of the monitor");
        tables.GetProperty("status").GetString().ShouldBe("problem");
        tables.GetProperty("remedy").GetString().ShouldNotBeNull().ShouldContain("flow db migrate");
        Statuses(items, "tables of the orchestrator").ShouldBe(["ok"]);
    }

    [Fact]
    public async Task Should_name_all_wrong_settings_at_once_and_still_check_the_rest()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("appsettings.json", """{ "Flow": { "Transport": "Pigeon", "MaxMessageBytes": 12, "Hosting": { "HealthCheckTimeoutSeconds": 5 } } }""");

        var outcome = await FlowCli.RunAsync(
            ["doctor", "--config", file, "-o", "json"],
            environment: new Dictionary<string, string> { ["ConnectionStrings__Flow"] = $"Data Source={directory.File("flow.db")}", ["Flow__Monitor__RefreshSeconds"] = "often" });

        outcome.ExitCode.ShouldBe(1, outcome.Error);
        var findings = outcome.Json.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("subject").GetString() == "configuration").Select(item => item.GetProperty("finding").GetString()!).ToList();
        findings.ShouldContain(finding => finding.Contains("Flow:Transport is 'Pigeon'", StringComparison.Ordinal));
        findings.ShouldContain(finding => finding.Contains("Flow:Monitor:RefreshSeconds is 'often'", StringComparison.Ordinal));
        findings.ShouldContain(finding => finding.Contains("Flow:MaxMessageBytes", StringComparison.Ordinal));
        findings.ShouldBeUnique();
    }

    [Fact]
    public async Task Should_exit_3_when_nobody_answers()
    {
        var (broker, database, web) = (Ports.Free(), Ports.Free(), Ports.Free());

        var outcome = await FlowCli.RunAsync(["doctor", "--url", $"http://127.0.0.1:{web}"], environment: new Dictionary<string, string>
        {
            ["ConnectionStrings__RabbitMq"] = $"amqp://127.0.0.1:{broker}",
            ["ConnectionStrings__Flow"] = $"Host=127.0.0.1;Port={database};Database=flow;Username=flow;Password=secret;Timeout=3",
        });

        outcome.ExitCode.ShouldBe(3, outcome.Output + outcome.Error);
        foreach (var said in new[] { $"127.0.0.1:{broker}", $"127.0.0.1:{database}", $"127.0.0.1:{web}" })
            outcome.Output.ShouldContain(said);
        outcome.Output.ShouldNotContain("secret");
    }

    // capability 145
    [Fact]
    public async Task Should_ask_the_services_that_run_and_check_a_file_database()
    {
        await using var dev = new DevProcess();
        await dev.InitializeAsync();

        var outcome = await FlowCli.RunAsync(
            ["doctor", "--url", dev.Url, "--monitor", dev.MonitorUrl],
            environment: new Dictionary<string, string> { ["ConnectionStrings__Flow"] = $"Data Source={dev.Database}" });

        outcome.ExitCode.ShouldBe(0, outcome.Output + outcome.Error);
        foreach (var said in new[] { $"The orchestrator at {dev.Url}", $"The monitor at {dev.MonitorUrl}", "SQLite ", "The queues are in the file" })
            outcome.Output.ShouldContain(said);
    }

    private static List<string?> Statuses(JsonElement items, string subject) => items.ValueKind != JsonValueKind.Array
        ? []
        : [.. items.EnumerateArray().Where(item => item.GetProperty("subject").GetString() == subject).Select(item => item.GetProperty("status").GetString())];
}
