using System.Text.Json;
using Flow.Client;
using Flow.Contracts.Api;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Matrix.Tests;

/// <summary>A worker process is killed with items in hand, amid many runs: each of them has to end with all its results.</summary>
internal static class KilledWorker
{
    private const int Runs = 20;

    /// <param name="broker">The transport.</param>
    /// <param name="resource">The Resource of the items, which wait a tenth of a second each.</param>
    /// <param name="settings">Settings of the processes.</param>
    public static async Task LosesNothingAsync(TestBroker broker, string resource = "flow:delay", params (string Key, string Value)[] settings)
    {
        await using var flow = await ProcessSite.StartAsync(broker, settings);
        await flow.Client.RegisterWorkflowAsync("load", DefinitionText.Json(Load(resource)));
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

    private static string Load(string resource) => $$$"""
        {"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true, "ItemSelector": {"seconds": 0.1, "item.$": "$$.Map.Item.Value"},
          "ItemProcessor": {"StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": "{{{resource}}}", "OutputPath": "$.item", "End": true} } } } } }
        """;

    private static int[] ItemsOf(int run) => [.. Enumerable.Range(run * 100, 20)];
}
