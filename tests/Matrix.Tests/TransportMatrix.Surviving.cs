using System.Text.Json;
using Flow.Client;
using Flow.Contracts.Api;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Matrix.Tests;

public abstract partial class TransportMatrix
{
    private const int Runs = 20;

    private const string Load = """
        {"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true, "ItemSelector": {"seconds": 0.1, "item.$": "$$.Map.Item.Value"},
          "ItemProcessor": {"StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": "flow:delay", "OutputPath": "$.item", "End": true}}}}}}
        """;

    // capabilities 54, 55, 60, 61, 87
    [Fact]
    public async Task Should_lose_nothing_when_a_worker_process_is_killed()
    {
        Needs(Capability.Durability);
        await using var flow = await ProcessSite.StartAsync(stage.NewBroker());
        await flow.Client.RegisterWorkflowAsync("load", DefinitionText.Json(Load));
        List<Guid> runs = [];
        await StartAsync(Runs / 2);
        await Waiting.UntilAsync("items to be done", () => flow.Client.ListWorkItemsAsync(runs[0], WorkItemStatus.Completed), page => page.Items.Count > 0);

        // The items of this one are still to be done, whatever has become of those before it.
        await StartAsync(1);
        await flow.KillWorkerAsync();
        await StartAsync(Runs - runs.Count);

        // What the killed worker had in hand comes back when the transport's lock on it ends.
        await Waiting.UntilAsync(
            "all runs to succeed", () => flow.Client.CountRunsAsync(new() { Status = RunStatus.Succeeded }), succeeded => succeeded == Runs, TimeSpan.FromMinutes(3));
        for (var run = 0; run < Runs; run++)
            (await flow.Client.GetRunAsync(runs[run])).Output!.Value.Deserialize<int[]>().ShouldBe(ItemsOf(run));

        async Task StartAsync(int count)
        {
            for (var started = 0; started < count; started++)
            {
                var request = new StartRunRequest { Workflow = "load", Input = JsonSerializer.SerializeToElement(ItemsOf(runs.Count)) };
                runs.Add((await flow.Client.StartRunAsync(request)).RunId);
            }
        }
    }

    private static int[] ItemsOf(int run) => [.. Enumerable.Range(run * 100, 20)];
}
