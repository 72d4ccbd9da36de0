using System.Net;
using System.Net.Http.Json;
using Flow.Orchestrator.Tests.Hosts;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

// capability 91, 92, 93
public abstract partial class RunContract
{
    [Fact]
    public async Task Should_show_what_each_worker_is_doing()
    {
        await _flow.RegisterAsync("held", """{"StartAt":"G","States":{"G":{"Type":"Task","Resource":"flow:gated","End":true}}}""");
        var runId = await _flow.StartRunAsync("held", new { key = "held" });
        WorkerDetails? worker = null;
        await Eventually.HoldsAsync("a worker to say that it is at it", async () => (worker = await OnlyWorkerAsync())?.Activity == WorkerActivity.InProgress);

        (worker!.State, worker.IntervalSeconds).ShouldBe((WorkerState.Alive, 1));
        worker.Handlers.ShouldContain("gated");
        worker.Queues.ShouldBe(["default", "tiring"]);
        worker.InFlight.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            i => i.RunId.ShouldBe(runId), i => i.Node.ShouldBe("G"), i => i.Handler.ShouldBe("gated"), i => i.Call.ShouldBe(1));
        (await _flow.Http.GetFromJsonAsync<WorkerDetails>($"/v1/workers/{worker.WorkerId}", JsonSerializerOptions.Web))!.Host.ShouldBe(Environment.MachineName);
        _gate.SetResult();
        await Eventually.HoldsAsync("it to be counted", async () => await OnlyWorkerAsync() is { Succeeded: 1, Activity: WorkerActivity.Idle });
    }

    [Fact]
    public async Task Should_drain_one_worker_and_no_other()
    {
        WorkerDetails? worker = null;
        await Eventually.HoldsAsync("the worker to be heard", async () => (worker = await OnlyWorkerAsync()) is not null);

        (await _flow.Http.PostAsync($"/v1/workers/{worker!.WorkerId}/drain", null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        await Eventually.HoldsAsync("it to be drained", async () => await OnlyWorkerAsync() is { Activity: WorkerActivity.Drained, State: WorkerState.Alive });
        var waiting = (await DispatchAsync(new { handler = "echo" })).RunId;
        (await WhyAsync(waiting)).Holds.ShouldHaveSingleItem().Reason.ShouldBe(HoldReason.WorkItem);
        (await _flow.Http.PostAsync($"/v1/workers/{worker.WorkerId}/drain", null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Should_say_that_a_worker_that_is_dead_stopped_or_unknown_cannot_be_drained()
    {
        var bus = _flow.Services.GetRequiredService<IBus>();
        await bus.Publish(Heartbeat("gone", stopping: true));
        await bus.Publish(Heartbeat("silent", stopping: false));
        await Eventually.HoldsAsync("both to be judged", async () => await StateAsync("gone") == WorkerState.Stopped && await StateAsync("silent") == WorkerState.Dead);

        (await ProblemAsync(await _flow.Http.PostAsync("/v1/workers/gone/drain", null), HttpStatusCode.Conflict)).ShouldContain("Worker 'gone' is Stopped");
        await ShouldBeRefusedAsync(await _flow.Http.PostAsync("/v1/workers/silent/drain", null), HttpStatusCode.Conflict, "worker-not-alive");
        await ShouldBeRefusedAsync(await _flow.Http.PostAsync("/v1/workers/nobody/drain", null), HttpStatusCode.NotFound, "unknown-worker");
        await ShouldBeRefusedAsync(await _flow.Http.GetAsync("/v1/workers/nobody"), HttpStatusCode.NotFound, "unknown-worker");
    }

    // capability 146
    [Fact]
    public async Task Should_name_the_resting_handler_that_a_run_waits_for()
    {
        var runId = (await DispatchAsync(new { handler = "tires", queue = "tiring", maxAttempts = 2 })).RunId;

        Hold hold = null!;
        await Eventually.HoldsAsync("the run to wait for the rest", async () => (hold = (await WhyAsync(runId)).Holds.Single()).Reason == HoldReason.RestingHandler);

        hold.Text.ShouldContain("handler 'tires' is in queue 'flow-work-tiring'. The handler failed always and rests, at the one worker that serves it");
        (hold.Actor, hold.Until).ShouldSatisfyAllConditions(h => h.Actor.ShouldBe(HoldActor.Worker), h => h.Until.ShouldNotBeNull());
        await Eventually.HoldsAsync("the worker to say so", async () => await OnlyWorkerAsync() is { Activity: WorkerActivity.Resting, Failed: 1 } worker && worker.Resting.Single().Handler == "tires");
    }

    private async Task<WorkerDetails?> OnlyWorkerAsync() => (await _flow.Http.GetFromJsonAsync<Page<WorkerDetails>>("/v1/workers", JsonSerializerOptions.Web))!.Items.SingleOrDefault();

    private async Task<WorkerState?> StateAsync(string worker)
    {
        var answer = await _flow.Http.GetAsync($"/v1/workers/{worker}");
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<WorkerDetails>(JsonSerializerOptions.Web))!.State : null;
    }

    private static WorkerHeartbeat Heartbeat(string worker, bool stopping) => new()
    {
        WorkerId = worker, Host = "elsewhere", Version = "1", Queues = ["elsewhere"], Handlers = ["echo"], Concurrency = 1, InFlight = [],
        StartedAt = TimeProvider.System.GetUtcNow(), Timestamp = TimeProvider.System.GetUtcNow(), IntervalSeconds = 1, Stopping = stopping,
    };
}
