using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Flow.Contracts.Api;

namespace Flow.EndToEnd.Tests;

/// <summary>A worker that knows the orchestrators' addresses and nothing else, while one of them is killed with SIGKILL.</summary>
public sealed class When_a_worker_polls_over_HTTP
{
    private const int Runs = 60;

    private readonly ConcurrentDictionary<int, int> _done = new();

    [Fact]
    public async Task Should_end_every_run_though_orchestrators_are_killed_and_stopped()
    {
        await using var flow = await Installation.CreateAsync();
        var survivor = flow.Orchestrator();
        var killed = flow.Orchestrator();
        var stopped = flow.Orchestrator();
        await Task.WhenAll(survivor.ReadyAsync(), killed.ReadyAsync(), stopped.ReadyAsync());
        await flow.RegisterAsync(survivor, "polled", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:remote/double","End":true}}}""");
        for (var n = 0; n < Runs; n++)
            await flow.PublishAsync("flow-start-run", $$$"""{"workflow":"polled","input":{{{n}}},"idempotencyKey":"{{{n}}}"}""");

        using var end = new CancellationTokenSource();
        Task[] workers = [WorkAsync(survivor, end.Token), WorkAsync(killed, end.Token), WorkAsync(stopped, end.Token)];
        await EndedAsync(flow, survivor, Runs / 4);
        await killed.KillAsync();
        await EndedAsync(flow, survivor, Runs / 2);
        stopped.Terminate();
        await stopped.ExitedAsync();
        stopped.ExitCode.ShouldBe(0, stopped.Output);
        await EndedAsync(flow, survivor, Runs);
        // What was handed out by the one that was killed comes again, and is dropped.
        await Waiting.UntilAsync("the queue to be empty", () => flow.DepthAsync("flow-work-remote"), depth => depth == 0);
        await end.CancelAsync();
        await Task.WhenAll(workers);

        (await flow.ScalarAsync<long>("SELECT count(*) FROM runs WHERE status = 'Succeeded' AND output::text::int = 2 * input::text::int")).ShouldBe(Runs);
        _done.Count.ShouldBe(Runs);
        foreach (var queue in new[] { "flow-work-remote_error", "flow-work-remote_skipped", "flow-runs_error" })
            (await flow.DepthAsync(queue)).ShouldBe(0, queue);
    }

    /// <summary>Polls and answers; an answer that did not go through is left to the lease.</summary>
    private async Task WorkAsync(FlowProcess orchestrator, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && !orchestrator.HasExited)
        {
            try
            {
                var answer = await orchestrator.Http.PostAsJsonAsync("/v1/work-items/poll", new { queue = "remote", workerId = "remote", maxItems = 3, waitSeconds = 5, leaseSeconds = 4 }, cancellationToken);
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                foreach (var polled in (await answer.Content.ReadFromJsonAsync<PolledWorkItems>(JsonSerializerOptions.Web, cancellationToken))!.Items)
                {
                    var n = polled.Item.Input.GetInt32();
                    _done[n] = n;
                    await orchestrator.Http.PostAsJsonAsync($"/v1/work-items/{polled.TaskToken}/complete", new { output = 2 * n }, cancellationToken);
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // The orchestrator is gone, or goes.
            }
        }
    }

    private static Task EndedAsync(Installation flow, FlowProcess orchestrator, int count) => Waiting.UntilAsync(
        () => $"{count} runs to end; the orchestrator wrote:\n{orchestrator.Output}",
        () => flow.ScalarAsync<long>("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL"),
        ended => ended >= count);
}
