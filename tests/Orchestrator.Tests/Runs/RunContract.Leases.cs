using System.Net;
using System.Net.Http.Json;
using Flow.Contracts;
using Flow.Orchestrator.Tests.Hosts;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

public abstract partial class RunContract
{
    private const string Unserved = """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:unserved/long","End":true}}}""";

    // capabilities 57, 58
    [Fact]
    public async Task Should_send_an_attempt_to_another_worker_once_its_lease_runs_out()
    {
        await _flow.RegisterAsync("leased", Unserved);
        var runId = await _flow.StartRunAsync("leased");
        var lost = await TokenAsync(runId, 1);

        await TellAsync(QueueNames.NodeLeased, new NodeLeased { RunId = runId, ScopeId = runId, Token = lost, LeaseSeconds = 1, WorkerId = "lost" });
        var next = await TokenAsync(runId, 2);

        next.ShouldNotBe(lost);
        (await CompleteAsync(runId, lost)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await CompleteAsync(runId, next)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
        (await _flow.HistoryAsync(runId)).Where(e => e.Event.Node == "T").Select(e => (e.Event.Type, e.Event.Attempt))
            .ShouldBe([("TaskStateEntered", null), ("TaskScheduled", 1), ("TaskLost", 1), ("TaskScheduled", 1), ("TaskSucceeded", 1), ("TaskStateExited", null)]);
    }

    // capability 57
    [Fact]
    public async Task Should_send_an_attempt_that_a_worker_gives_back_to_another_at_once()
    {
        await _flow.RegisterAsync("returned", Unserved);
        var runId = await _flow.StartRunAsync("returned");
        var token = await TokenAsync(runId, 1);

        await TellAsync(QueueNames.NodeLeased, new NodeLeased { RunId = runId, ScopeId = runId, Token = token, LeaseSeconds = 3_600, WorkerId = "stopping" });
        await Eventually.HoldsAsync("the lease to be explained", async () => (await WhyAsync(runId)).Holds.Single().Text.Contains("Worker stopping has it under a lease", StringComparison.Ordinal));
        await TellAsync(QueueNames.NodeReleased, new NodeReleased { RunId = runId, ScopeId = runId, Token = token });

        (await CompleteAsync(runId, await TokenAsync(runId, 2))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
    }

    private async Task TellAsync<T>(string queue, T message)
        where T : class => await (await _flow.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"queue:{queue}"))).Send(message);

    /// <summary>The token of an item of node T, counted from 1, once it was sent.</summary>
    private async Task<Guid> TokenAsync(Guid runId, int number)
    {
        List<Guid> tokens = [];
        await Eventually.HoldsAsync($"item {number} to be sent", async () =>
            (tokens = [.. (await _flow.HistoryAsync(runId)).Where(e => e.Event.Type == "TaskScheduled").Select(e => e.Event.Token!.Value)]).Count == number);
        return tokens[^1];
    }

    private Task<HttpResponseMessage> CompleteAsync(Guid runId, Guid token) =>
        _flow.Http.PostAsJsonAsync($"/v1/work-items/{new StatesLanguage.TaskToken(runId, runId, token)}/complete", new { output = 1 });
}
