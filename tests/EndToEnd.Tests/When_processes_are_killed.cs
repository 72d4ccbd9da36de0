using System.Net.Http.Json;
using System.Text.Json;
using Flow.Contracts.Api;

namespace Flow.EndToEnd.Tests;

/// <summary>Two orchestrators and two workers under load, one of each killed with SIGKILL in the middle.</summary>
public sealed class When_processes_are_killed
{
    private const int Runs = 500;

    // capabilities 18, 21, 22, 23, 54, 55, 56, 60, 61, 87
    [Fact]
    public async Task Should_end_every_run_with_the_right_output()
    {
        await using var flow = await Installation.CreateAsync();
        FlowProcess[] orchestrators = [flow.Orchestrator(), flow.Orchestrator()];
        FlowProcess[] workers = [flow.Worker(), flow.Worker()];
        await Task.WhenAll([.. orchestrators.Select(p => p.ReadyAsync()), .. workers.Select(p => p.ReadyAsync())]);
        var survivor = orchestrators[0];
        await flow.RegisterAsync(survivor, "wide", Workflows.Wide);

        for (var n = 0; n < Runs; n++)
            await flow.PublishAsync("flow-start-run", $$$"""{"workflow":"wide","idempotencyKey":"{{{n}}}","input":{"n":{{{n}}}}}""");
        await EndedAsync(flow, survivor, Runs / 10);
        await workers[1].KillAsync();
        await EndedAsync(flow, survivor, Runs / 4);
        await orchestrators[1].KillAsync();
        await EndedAsync(flow, survivor, Runs);

        (await flow.ScalarAsync<long>("SELECT count(*) FROM runs WHERE status <> 'Succeeded'")).ShouldBe(0);
        (await flow.ScalarAsync<long>("SELECT count(*) FROM scopes WHERE status <> 'Succeeded'")).ShouldBe(0);
        (await flow.ScalarAsync<long>("SELECT count(*) FROM scopes")).ShouldBe(Runs * 20);
        var expected = JsonSerializer.Serialize(Enumerable.Range(1, 20));
        var outputs = await flow.ScalarAsync<long>(
            $$"""SELECT count(DISTINCT output->>'n') FROM runs WHERE (output->'results')::jsonb = '{{expected}}'::jsonb AND output->>'n' = input->>'n'""");
        outputs.ShouldBe(Runs);
        foreach (var queue in new[] { "flow-runs_error", "flow-scopes_error", "flow-start-run_error", "flow-work-default_error", "flow-work-default_skipped" })
            (await flow.DepthAsync(queue)).ShouldBe(0, queue);
    }

    private static Task EndedAsync(Installation flow, FlowProcess orchestrator, int count) => Waiting.UntilAsync(
        () => $"{count} runs to end; the orchestrator wrote:\n{orchestrator.Output}",
        () => flow.ScalarAsync<long>("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL"),
        ended => ended >= count,
        TimeSpan.FromMinutes(6));
}
