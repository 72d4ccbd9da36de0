using System.Net.Http.Json;
using System.Text.Json;
using Flow.Contracts.Api;

namespace Flow.EndToEnd.Tests;

public sealed class When_the_topology_is_made_beforehand
{
    private const string Temporary = "_bus_|_flow-worker_|^flow-orchestrator-workers-";

    // capabilities 66, 86
    [Fact]
    public async Task Should_run_workflows_though_no_process_may_declare_what_lasts()
    {
        await using var flow = await Installation.CreateAsync();
        await using (var export = FlowProcess.Start("cli", "flow", flow.Settings, "topology", "export", "rabbitmq"))
        {
            await export.ExitedAsync();
            export.ExitCode.ShouldBe(0, export.Output);
            await flow.ImportAsync(export.Output);
        }

        var imported = await flow.QueuesAsync();
        await flow.RestrictAsync(Temporary);
        flow.Settings["Flow__RabbitMq__Topology"] = "Verify";
        var orchestrator = flow.Orchestrator();
        await Task.WhenAll(orchestrator.ReadyAsync(), flow.Worker().ReadyAsync(), flow.Monitor().ReadyAsync());
        await flow.RegisterAsync(orchestrator, "greeting", Workflows.Greeting);

        var answer = await orchestrator.Http.PostAsJsonAsync("/v1/runs", new { workflow = "greeting", input = new { name = "Ada" } });
        var runId = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("runId").GetGuid();

        (await Installation.EndedAsync(orchestrator, runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
        (await flow.QueuesAsync()).Except(imported).ShouldAllBe(queue => System.Text.RegularExpressions.Regex.IsMatch(queue, Temporary));
    }
}
