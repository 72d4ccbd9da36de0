using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Flow.Contracts.Api;

namespace Flow.EndToEnd.Tests;

/// <summary>Orchestrator, worker and monitor as three processes on RabbitMQ and PostgreSQL.</summary>
public sealed class When_the_services_are_separate_processes
{
    // capabilities 2, 17, 32, 35, 36, 43, 44
    [Fact]
    public async Task Should_finish_a_run_that_a_Python_program_started_with_plain_JSON()
    {
        await using var flow = await Installation.CreateAsync();
        var orchestrator = flow.Orchestrator();
        var worker = flow.Worker();
        var monitor = flow.Monitor();
        await Task.WhenAll(orchestrator.ReadyAsync(), worker.ReadyAsync(), monitor.ReadyAsync());
        await flow.RegisterAsync(orchestrator, "greeting", Workflows.Greeting);

        using var python = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("FLOW_TEST_PYTHON") ?? "/usr/bin/python3",
            [Repository.PathOf("examples", "publish_start_run.py"), flow.BrokerUri.ToString(), "greeting", """{"name":"Python"}""", "first"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await python.WaitForExitAsync();
        python.ExitCode.ShouldBe(0, await python.StandardError.ReadToEndAsync());

        var runs = await Waiting.UntilAsync(
            "the run to be listed",
            () => orchestrator.Http.GetFromJsonAsync<Page<RunSummary>>("/v1/runs?workflow=greeting", JsonSerializerOptions.Web),
            page => page!.Items.Count == 1);
        var run = await Installation.EndedAsync(orchestrator, runs!.Items[0].RunId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.GetProperty("greeting").GetString().ShouldBe("Hello Python");

        var history = await orchestrator.Http.GetFromJsonAsync<Page<HistoryEntry>>($"/v1/runs/{run.Run.RunId}/history", JsonSerializerOptions.Web);
        history!.Items[0].Event.Type.ShouldBe("ExecutionStarted");
        history.Items[^1].Event.Type.ShouldBe("ExecutionSucceeded");
        history.Items.Select(e => e.Id).ShouldBeInOrder();

        await Waiting.UntilAsync(
            "the monitor to have counted the run",
            () => monitor.Http.GetStringAsync("/metrics"),
            text => text.Split('\n').Any(l => l.StartsWith("flow_runs_succeeded_total", StringComparison.Ordinal) && l.EndsWith(" 1", StringComparison.Ordinal)));
    }
}
