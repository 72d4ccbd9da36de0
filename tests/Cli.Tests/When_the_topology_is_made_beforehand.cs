using System.Diagnostics;
using System.Text.Json;

namespace Flow.Cli.Tests;

// capability 66, 151
public sealed class When_the_topology_is_made_beforehand
{
    private static readonly string[] Exported = ["topology", "export", "rabbitmq", "--queue", "default", "--queue", "video"];
    private static readonly string[] Verified = ["topology", "verify", "--queue", "default", "--queue", "video"];

    [Fact]
    public async Task Should_export_what_the_services_use_without_asking_a_broker()
    {
        var outcome = await FlowCli.RunAsync(Exported, environment: new Dictionary<string, string> { ["ConnectionStrings__RabbitMq"] = "amqp://nowhere.invalid/team" });

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        var queues = outcome.Json.GetProperty("queues").EnumerateArray().ToDictionary(queue => queue.GetProperty("name").GetString()!);
        foreach (var name in new[] { "flow-start-run", "flow-runs", "flow-scopes", "flow-runs_error", "flow-runs_skipped", "flow-monitor", "flow-work-default", "flow-work-video", "flow-work-video-critical", "flow-work-video-low_error" })
            queues.ShouldContainKey(name);
        queues["flow-work-video-low"].GetProperty("arguments").GetProperty("x-dead-letter-exchange").GetString().ShouldBe("flow-work-video-low_error");
        queues["flow-work-video-low"].GetProperty("vhost").GetString().ShouldBe("team");
        outcome.Json.GetProperty("exchanges").EnumerateArray().ShouldContain(exchange => exchange.GetProperty("name").GetString() == "Flow.Contracts:RunAdvanced");
        outcome.Json.GetProperty("bindings").GetArrayLength().ShouldBeGreaterThan(queues.Count);
    }

    [Fact] // capability 67
    public async Task Should_export_the_policy_of_a_process_on_Amazon_SQS()
    {
        Dictionary<string, string> settings = new() { ["Flow__AmazonSqs__Region"] = "eu-central-1", ["Flow__AmazonSqs__NamePrefix"] = "team-" };
        var outcome = await FlowCli.RunAsync(["topology", "export", "iam", "--account", "123456789012"], environment: settings);

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        outcome.Json.GetProperty("Statement").EnumerateArray().Select(statement => statement.GetProperty("Resource").GetString()).ShouldContain("arn:aws:sqs:eu-central-1:123456789012:team-*");
        (await FlowCli.RunAsync(["topology", "export", "iam", "--account", "12"], environment: settings)).ShouldSatisfyAllConditions(
            wrong => wrong.ExitCode.ShouldBe(2),
            wrong => wrong.Error.ShouldContain("12 digits"));
    }

    [Fact]
    public async Task Should_run_the_services_on_it_and_find_what_is_missing_or_different()
    {
        await using var host = await BrokerHost.CreateAsync();
        (await host.RunAsync("db", "migrate")).ExitCode.ShouldBe(0);
        var before = await host.RunAsync(Verified);
        before.ExitCode.ShouldBe(1, before.Error);
        before.Output.ShouldContain("queue 'flow-work-video' is missing");
        before.Error.ShouldContain("flow topology export rabbitmq");

        await host.ImportAsync((await host.RunAsync(Exported)).Output);
        var after = await host.RunAsync(Verified);
        after.ExitCode.ShouldBe(0, after.Output + after.Error);
        after.Output.ShouldContain(host.VirtualHost);
        await WorkerStartsAsync(host);

        await host.DeleteQueueAsync("flow-work-video-low");
        var json = await host.RunAsync([.. Verified, "-o", "json"]);
        json.ExitCode.ShouldBe(1, json.Error);
        json.Json.GetProperty("differences").EnumerateArray().Select(difference => difference.GetProperty("subject").GetString()).ShouldBe(
            ["queue 'flow-work-video-low'", "binding 'flow-work-video-low → queue flow-work-video-low'"]);
        host.Settings["Flow__RabbitMq__Topology"] = "Verify";
        var refused = await host.RunAsync("worker", "--queue", "video");
        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("queue 'flow-work-video-low' is missing");
    }

    [Fact]
    public async Task Should_exit_3_when_no_broker_answers()
    {
        var port = Ports.Free();
        var outcome = await FlowCli.RunAsync(Verified, environment: new Dictionary<string, string> { ["ConnectionStrings__RabbitMq"] = $"amqp://127.0.0.1:{port}" });
        outcome.ExitCode.ShouldBe(3, outcome.Error);
        outcome.Error.ShouldContain($"127.0.0.1:{port}");
    }

    [Fact]
    public async Task Should_exit_2_where_there_is_nothing_to_verify()
    {
        var outcome = await FlowCli.RunAsync(Verified, environment: new Dictionary<string, string> { ["Flow__Transport"] = "InMemory" });
        outcome.ExitCode.ShouldBe(2, outcome.Error);
        outcome.Error.ShouldContain("Flow:Transport");
    }

    private static async Task WorkerStartsAsync(BrokerHost host)
    {
        using var worker = FlowCli.Start(["worker", "--queue", "video", "-o", "json"], environment: new Dictionary<string, string>(host.Settings) { ["Flow__RabbitMq__Topology"] = "Verify" });
        var error = worker.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var line = await worker.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        line.ShouldNotBeNull(worker.HasExited ? await error : "");
        using var http = new HttpClient();
        var ready = await http.GetAsync(new Uri(new Uri(JsonElement.Parse(line).GetProperty("url").GetString()!), "/health/ready"), TestContext.Current.CancellationToken);
        ready.IsSuccessStatusCode.ShouldBeTrue(await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using (var kill = Process.Start("kill", ["-TERM", $"{worker.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await worker.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        worker.ExitCode.ShouldBe(0, await error);
    }
}
