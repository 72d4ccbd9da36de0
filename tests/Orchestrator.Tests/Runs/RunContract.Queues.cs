using System.Net;
using System.Net.Http.Json;
using Flow.Orchestrator.Queues;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Transports;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

public abstract partial class RunContract
{
    // capability 84
    [Fact]
    public async Task Should_begin_nothing_of_a_paused_queue_until_it_is_resumed()
    {
        await _flow.RegisterAsync("late", Late);
        (await QueueAsync(HttpMethod.Post, "late/pause", new { reason = "the encoder is broken" })).PausedAt.ShouldNotBeNull();
        var runId = await LateRunAsync("late-queue");

        // It starts while the queue is paused, and serves another one too.
        using var worker = await StartWorkerAsync("late");
        await Eventually.HoldsAsync("the worker to be there", async () => (await QueueAsync("late")).Workers.Count == 1);
        var hold = (await WhyAsync(runId)).Holds.ShouldHaveSingleItem();
        (hold.Reason, hold.Actor).ShouldBe((HoldReason.QueuePaused, HoldActor.Operator));
        hold.Text.ShouldContain("the queue 'late', which is paused (the encoder is broken). It goes on with 'flow queues resume late'");
        _calls.ContainsKey("late-queue").ShouldBeFalse();

        (await QueueAsync(HttpMethod.Post, "late/resume")).PausedAt.ShouldBeNull();
        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
        await worker.StopAsync();
    }

    // capability 84
    [Fact]
    public async Task Should_keep_a_pause_once_however_often_it_is_asked_for()
    {
        var first = (await QueueAsync(HttpMethod.Post, "outside/pause", new { reason = "first" })).PausedAt;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => QueueAsync(HttpMethod.Post, "outside/pause", new { reason = "again" })));
        var paused = await QueueAsync("outside");
        (paused.PausedAt, paused.PauseReason).ShouldBe((first, "first"));

        await _flow.RegisterAsync("outside", Outside);
        var runId = await _flow.StartRunAsync("outside");
        (await PollAsync(waitSeconds: 1)).ShouldBeEmpty();
        var polled = PollAsync(waitSeconds: 30);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => QueueAsync(HttpMethod.Post, "outside/resume")));
        await TellAsync((await polled).ShouldHaveSingleItem(), "complete", new { output = 1 });
        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
        await ChangeAsync(async db => (await db.PausedQueues.CountAsync()).ShouldBe(0));
    }

    // capabilities 78, 85
    [Fact]
    public async Task Should_list_queues_with_what_waits_in_their_lanes_and_who_serves_them()
    {
        // Of this test alone: all hosts of a process have the same instruments.
        var name = $"nobody-{Guid.NewGuid():n}";
        await _flow.RegisterAsync("waits", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:NAME/serves","End":true}}}""".Replace("NAME", name, StringComparison.Ordinal));
        foreach (var priority in new[] { "Critical", "Low", "Low" })
            await TokenAsync(await _flow.StartRunAsync("waits", more: body => body["priority"] = priority), 1);

        WorkQueue nobody = null!;
        await Eventually.HoldsAsync("the items to be counted", async () => (nobody = await QueueAsync(name)).Depth == 3);
        nobody.Lanes.ShouldBe([new QueueLane(Priority.Critical, 1), new QueueLane(Priority.Default, 0), new QueueLane(Priority.Low, 2)]);
        (nobody.IsUnserved, nobody.Workers.Count).ShouldBe((true, 0));
        if (_place is SqlitePlace)
            nobody.OldestAt.ShouldNotBeNull();
        var list = (await _flow.Http.GetFromJsonAsync<Page<WorkQueue>>("/v1/queues", JsonSerializerOptions.Web))!.Items;
        list.Select(q => q.Queue).ShouldBe(["default", name, "tiring"]);
        list[0].ShouldSatisfyAllConditions(q => q.Workers.Count.ShouldBe(1), q => q.IsUnserved.ShouldBeFalse(), q => q.Depth.ShouldBe(0));

        await _flow.Services.GetRequiredService<QueueMetrics>().LookAsync(TestContext.Current.CancellationToken);
        var metrics = await _flow.Http.GetStringAsync("/metrics");
        metrics.ShouldContain($"flow_queue_unserved{{queue=\"{name}\"}} 1");
        metrics.ShouldContain($"flow_queue_items{{queue=\"{name}\"}} 3");
    }

    // capability 85
    [Fact]
    public async Task Should_purge_a_queue_and_tell_the_run_of_each_item()
    {
        await _flow.RegisterAsync("fails", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:nobody/serves","Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1}],"End":true}}}""");
        await _flow.RegisterAsync("catches", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:nobody/serves","Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}],"End":true},"C":{"Type":"Pass","End":true}}}""");
        await _flow.RegisterAsync("retries", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:nobody/serves","Retry":[{"ErrorEquals":["Flow.Purged"],"IntervalSeconds":1}],"End":true}}}""");
        var (fails, catches, retries) = (await _flow.StartRunAsync("fails"), await _flow.StartRunAsync("catches", more: body => body["priority"] = "Critical"), await _flow.StartRunAsync("retries"));
        foreach (var runId in new[] { fails, catches, retries })
            await TokenAsync(runId, 1);
        await Eventually.HoldsAsync("the items to be counted", async () => await DepthAsync("nobody") == 3);

        var unsure = await _flow.Http.DeleteAsync("/v1/queues/nobody/items?confirm=other");
        (await unsure.Content.ReadAsStringAsync()).ShouldContain("It would throw away 3 items of the queue");
        await ShouldBeRefusedAsync(unsure, HttpStatusCode.BadRequest, "confirmation-missing");
        var purge = await (await _flow.Http.DeleteAsync("/v1/queues/nobody/items?confirm=nobody")).Content.ReadFromJsonAsync<PurgedQueue>(JsonSerializerOptions.Web);

        purge.ShouldBe(new PurgedQueue("nobody", 3, IsComplete: true));
        var failed = await _flow.EndedAsync(fails);
        (failed.Run.Status, failed.Run.Error).ShouldBe((RunStatus.Failed, "Flow.Purged"));
        failed.Cause!.ShouldContain("purged from the queue 'nobody'");
        (await _flow.EndedAsync(catches)).Output!.Value.GetProperty("Error").GetString().ShouldBe("Flow.Purged");
        await TokenAsync(retries, 2);
        await Eventually.HoldsAsync("the item of the second attempt to wait", async () => await DepthAsync("nobody") == 1);
    }

    // capability 85
    [Fact]
    public async Task Should_delete_a_queue_that_is_empty_and_have_it_again_when_an_item_comes()
    {
        await _flow.RegisterAsync("waits", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:nobody/serves","End":true}}}""");
        var runId = await _flow.StartRunAsync("waits", more: body => body["priority"] = "Low");
        await TokenAsync(runId, 1);
        await Eventually.HoldsAsync("the item to be counted", async () => await DepthAsync("nobody") == 1);

        var refused = await _flow.Http.DeleteAsync("/v1/queues/nobody");
        (await refused.Content.ReadAsStringAsync()).ShouldContain("holds 1 item, and 0 workers serve it");
        await ShouldBeRefusedAsync(refused, HttpStatusCode.Conflict, "queue-in-use");
        (await DepthAsync("nobody")).ShouldBe(1);

        var deleted = await DeleteQueueAsync("nobody?force=true");
        (deleted.Items, deleted.Workers.Count).ShouldBe((1, 0));
        (await _flow.EndedAsync(runId)).Run.Error.ShouldBe("Flow.Purged");
        var gone = await QueueAsync("nobody");
        (gone.Depth, gone.PausedAt).ShouldBe((null, null));
        (await DeleteQueueAsync("nobody")).Items.ShouldBe(0);

        // By those who sent there before.
        foreach (var priority in new[] { "Low", "Default", "Low" })
            await _flow.StartRunAsync("waits", more: body => body["priority"] = priority);
        await Eventually.HoldsAsync("the items to be in it", async () => await DepthAsync("nobody") == 3);
    }

    // capability 85
    [Fact]
    public async Task Should_delete_a_queue_under_its_workers_only_by_force_and_lose_none_of_its_items()
    {
        await _flow.RegisterAsync("late", Late);
        using var worker = await StartWorkerAsync("late");
        await Eventually.HoldsAsync("the worker to be there", async () => (await QueueAsync("late")).Workers.Count == 1);
        await ShouldBeRefusedAsync(await _flow.Http.DeleteAsync("/v1/queues/late"), HttpStatusCode.Conflict, "queue-in-use");

        var runs = new List<Guid>();
        for (var i = 0; i < 20; i++)
            runs.Add(await _flow.StartRunAsync("late", new { key = $"late-{i}" }));
        // Some of their items may still be on their way.
        var deleted = await DeleteQueueAsync("late?force=true");
        deleted.Workers.Count.ShouldBe(1);
        runs.Add(await _flow.StartRunAsync("late", new { key = "late-again" }));

        var ended = new List<RunDetails>();
        foreach (var runId in runs)
            ended.Add(await _flow.EndedAsync(runId));
        ended.Count(run => run.Run.Error == "Flow.Purged").ShouldBe((int)deleted.Items);
        ended.Count(run => run.Run.Status == RunStatus.Succeeded).ShouldBe(21 - (int)deleted.Items);
        ended[^1].Run.Status.ShouldBe(RunStatus.Succeeded);
        await worker.StopAsync();
    }

    // capability 85
    [Fact]
    public async Task Should_hand_out_anew_what_went_with_a_deleted_queue()
    {
        await _flow.RegisterAsync("waits", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:nobody/serves","End":true}}}""");
        var taken = new TaskCompletionSource<NodeWorkItem>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thief = _flow.Services.GetRequiredService<IReceiveEndpointConnector>().ConnectReceiveEndpoint(QueueNames.ForWork("nobody", Priority.Default), (context, endpoint) =>
        {
            context.GetConfigureReceiveEndpoints().Configure("nobody", endpoint);
            endpoint.AsWorkQueue();
            endpoint.Handler<NodeWorkItem>(item => Task.FromResult(taken.TrySetResult(item.Message)));
        });
        await thief.Ready;
        var runId = await _flow.StartRunAsync("waits");
        var lost = await taken.Task.WaitAsync(Patience.Limit);
        await thief.StopAsync();

        (await DeleteQueueAsync("nobody")).Items.ShouldBe(0);
        await Eventually.HoldsAsync("the item to be in the new queue", async () => await DepthAsync("nobody") == 1);
        (await TokenAsync(runId, 2)).ShouldNotBe(lost.Token);
    }

    private async Task<DeletedQueue> DeleteQueueAsync(string address)
    {
        var answer = await _flow.Http.DeleteAsync($"/v1/queues/{address}");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<DeletedQueue>(JsonSerializerOptions.Web))!;
    }

    [Theory]
    [InlineData("DELETE", "video-low")]
    [InlineData("POST", "No_Queue/pause")]
    [InlineData("POST", "video-low/resume")]
    [InlineData("DELETE", "video-low/items?confirm=video-low")]
    public async Task Should_refuse_to_steer_what_is_no_queue(string verb, string address)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), $"/v1/queues/{address}");
        await ShouldBeRefusedAsync(await _flow.Http.SendAsync(request), HttpStatusCode.BadRequest, "invalid-request");
        (await _flow.Http.GetStringAsync("/openapi/v1.json")).ShouldContain("/v1/queues/{name}/pause");
    }

    private async Task<long?> DepthAsync(string queue) => (await QueueAsync(queue)).Depth;

    private Task<WorkQueue> QueueAsync(string queue) => QueueAsync(HttpMethod.Get, queue);

    private async Task<WorkQueue> QueueAsync(HttpMethod verb, string address, object? body = null)
    {
        using var request = new HttpRequestMessage(verb, $"/v1/queues/{address}") { Content = body is null ? null : JsonContent.Create(body) };
        var answer = await _flow.Http.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<WorkQueue>(JsonSerializerOptions.Web))!;
    }
}
