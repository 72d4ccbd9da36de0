using System.Net;

namespace Flow.EndToEnd.Tests;

/// <summary>A wrong setting stops the process with one clear line; a server that is down only delays it.</summary>
public sealed class When_a_start_up_goes_wrong
{
    // capabilities 69, 157
    [Theory]
    [InlineData("services/orchestrator", "Flow.Orchestrator")]
    [InlineData("services/worker", "Flow.StockWorker")]
    [InlineData("services/monitor", "Flow.Monitor")]
    public async Task Should_stop_with_the_list_of_right_transports(string folder, string assembly)
    {
        await using var process = FlowProcess.Start(folder, assembly, new Dictionary<string, string>
        {
            ["Flow__Transport"] = "Rabit",
            ["ConnectionStrings__Flow"] = "Host=127.0.0.1;Database=flow",
        });
        await process.ExitedAsync();
        process.ExitCode.ShouldBe(1);
        process.Output.ShouldContain("Flow:Transport");
        process.Output.ShouldContain("Rabit");
        process.Output.ShouldContain("RabbitMq");
        process.Output.ShouldNotContain("   at ");
    }

    // capability 145
    [Fact]
    public async Task Should_wait_unready_while_broker_and_database_are_down()
    {
        await using var process = FlowProcess.Start("services/orchestrator", "Flow.Orchestrator", new Dictionary<string, string>
        {
            ["Flow__Transport"] = "RabbitMq",
            ["ConnectionStrings__RabbitMq"] = "amqp://guest:guest@127.0.0.1:1",
            ["ConnectionStrings__Flow"] = "Host=127.0.0.1;Port=1;Database=flow;Username=flow;Password=do-not-print-me",
        });
        var status = await Waiting.UntilAsync(
            "an answer from /health/ready",
            async () => (await process.Http.GetAsync("/health/ready")).StatusCode,
            _ => true);
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await process.Http.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Waiting.UntilAsync("a line naming the broker", () => Task.FromResult(process.Output), o => o.Contains("127.0.0.1:1", StringComparison.Ordinal));
        process.HasExited.ShouldBeFalse();
        process.Output.ShouldNotContain("do-not-print-me");
    }

    [Fact]
    public async Task Should_take_no_message_before_the_tables_of_its_release_are_there()
    {
        await using var flow = await Installation.CreateAsync();
        // The queues of an earlier start, and a database that lacks what this release needs.
        await (await flow.Orchestrator().ReadyAsync()).KillAsync();
        await flow.ExecuteAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        await flow.PublishAsync("flow-start-run", """{"workflow":"nobody-registered-this"}""");

        var orchestrator = flow.Orchestrator();
        await Waiting.UntilAsync("a line about the tables", () => Task.FromResult(orchestrator.Output), o => o.Contains("waits for the database's tables", StringComparison.Ordinal));
        (await orchestrator.Http.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await flow.MigrateAsync();

        await Waiting.UntilAsync("the start to be looked at", () => Task.FromResult(orchestrator.Output), o => o.Contains("nobody-registered-this", StringComparison.Ordinal));
        await orchestrator.ReadyAsync();
        (await flow.DepthAsync("flow-start-run_error")).ShouldBe(0);
    }
}
