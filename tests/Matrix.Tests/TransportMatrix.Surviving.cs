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
        for (var run = 0; run < Runs; run++)
            runs.Add((await flow.Client.StartRunAsync(new StartRunRequest { Workflow = "load", Input = JsonSerializer.SerializeToElement(ItemsOf(run)) })).RunId);
        await EndedAsync(2);

        await flow.KillWorkerAsync();

        (await flow.Client.CountRunsAsync(new() { Status = RunStatus.Succeeded })).ShouldBeLessThan(Runs, "it is to be killed amid the load");
        await EndedAsync(Runs);
        for (var run = 0; run < Runs; run++)
            (await flow.Client.GetRunAsync(runs[run])).Output!.Value.Deserialize<int[]>().ShouldBe(ItemsOf(run));

        // What the killed worker had in hand comes back when the transport's lock on it ends.
        Task EndedAsync(int count) => Waiting.UntilAsync(
            $"{count} runs to succeed", () => flow.Client.CountRunsAsync(new() { Status = RunStatus.Succeeded }), succeeded => succeeded >= count, TimeSpan.FromMinutes(3));
    }

    private static int[] ItemsOf(int run) => [.. Enumerable.Range(run * 100, 20)];
}
