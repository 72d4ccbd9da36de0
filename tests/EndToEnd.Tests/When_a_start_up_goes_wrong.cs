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
}
