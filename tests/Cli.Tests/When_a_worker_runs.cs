using System.Diagnostics;
using System.Text.Json;

namespace Flow.Cli.Tests;

public sealed class When_a_worker_runs
{
    private static readonly Dictionary<string, string> InMemory = new() { ["Flow__Transport"] = "InMemory", ["Flow__Worker__Concurrency"] = "7" };

    // capability 88, 93, 107
    [Fact]
    public async Task Should_serve_with_what_was_said_and_stop_at_SIGTERM()
    {
        using var worker = FlowCli.Start(["worker", "--queue", "emails", "--queue", "texts", "--tries", "3", "--concurrency", "10", "--sleep", "5", "-o", "json"], environment: InMemory);
        var error = worker.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var line = await worker.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

        var serves = JsonElement.Parse(line.ShouldNotBeNull(await Ended(worker, error)));
        serves.GetProperty("queues").EnumerateArray().Select(q => q.GetString()).ShouldBe(["emails", "texts"]);
        (serves.GetProperty("concurrency").GetInt32(), serves.GetProperty("tries").GetInt32()).ShouldBe((10, 3));
        serves.GetProperty("workerId").GetString().ShouldNotBeNull().ShouldContain($"-{worker.Id}-");

        using (var kill = Process.Start("kill", ["-TERM", $"{worker.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await worker.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        worker.ExitCode.ShouldBe(0);
        (await error).ShouldContain("--sleep has no effect");
    }

    [Fact]
    public async Task Should_name_a_setting_of_the_environment_that_is_wrong()
    {
        var outcome = await FlowCli.RunAsync(["worker"], environment: new Dictionary<string, string> { ["Flow__Transport"] = "Pigeon" });
        outcome.ExitCode.ShouldBe(1);
        outcome.Error.ShouldContain("Flow:Transport is 'Pigeon'");
    }

    private static async Task<string> Ended(Process worker, Task<string> error) => worker.HasExited ? await error : "";
}
