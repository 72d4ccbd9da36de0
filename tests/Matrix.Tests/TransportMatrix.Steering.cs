using Flow.Client;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Matrix.Tests;

public abstract partial class TransportMatrix
{
    [Fact]
    public async Task Should_pause_and_resume_a_run()
    {
        var (first, second) = (_flow.Handlers.Gate("first"), _flow.Handlers.Gate("second"));
        second.Let(1);
        var run = await _flow.BeginAsync(
            "paused",
            """
            {"StartAt": "First", "States": {
              "First": {"Type": "Task", "Resource": "flow:gated", "Parameters": {"gate": "first"}, "Next": "Second"},
              "Second": {"Type": "Task", "Resource": "flow:gated", "Parameters": {"gate": "second"}, "End": true}}}
            """,
            new { });
        await CameAsync(first, 1);

        (await _flow.Client.PauseRunAsync(run)).Status.ShouldBe(RunStatus.Paused);
        first.Let(1);
        // The worker is free again, and its answer in a queue before this one's start.
        await _flow.RunAsync("echoes", FlowSite.OneTask("echo"), new { });
        second.Came.ShouldBeEmpty();
        (await _flow.Client.GetRunAsync(run)).Run.Status.ShouldBe(RunStatus.Paused);

        await _flow.Client.ResumeRunAsync(run);
        (await _flow.EndedAsync(run)).Run.Status.ShouldBe(RunStatus.Succeeded);
        (first.Came.Count, second.Came.Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Should_cancel_a_run_with_items_outstanding()
    {
        var gate = _flow.Handlers.Gate("cancelled");
        var run = await _flow.BeginAsync("cancelled", MapOf("gated"), Enumerable.Repeat(new { gate = "cancelled" }, 40).ToArray());
        await CameAsync(gate, 1);

        await _flow.Client.CancelRunAsync(run);

        var ended = await _flow.EndedAsync(run);
        (ended.Run.Status, ended.Output).ShouldBe((RunStatus.Cancelled, null));
        await Waiting.UntilAsync("the worker to be told", () => Task.FromResult((gate.Came.Count, gate.Abandoned.Count)), seen => seen.Item1 == seen.Item2);
        (await _flow.RunAsync("echoes", FlowSite.OneTask("echo"), new { })).Run.Status.ShouldBe(RunStatus.Succeeded);
        gate.Came.Count.ShouldBeLessThan(40);
    }

    // capability 85
    [Fact]
    public async Task Should_purge_a_queue_that_nobody_serves()
    {
        Needs(Capability.QueueBeforeConsumer);
        var run = await UnservedAsync("purged");

        (await _flow.Client.PurgeQueueAsync("purged")).ShouldBe(new PurgedQueue("purged", 1, IsComplete: true));

        (await _flow.EndedAsync(run)).Run.Error.ShouldBe("Flow.Purged");
        (await _flow.Client.GetQueueAsync("purged")).Depth.ShouldBe(0);
    }

    // capability 85
    [Fact]
    public async Task Should_delete_a_queue_with_its_items()
    {
        if (stage.NewBroker().WhyNot(Capability.QueueDeletion) is not null)
            (await Should.ThrowAsync<FlowApiException>(() => _flow.Client.DeleteQueueAsync("deleted", force: true))).Type.ShouldBe("urn:flow:problem:queue-not-deletable");
        Needs(Capability.QueueDeletion);
        var run = await UnservedAsync("deleted");

        (await _flow.Client.DeleteQueueAsync("deleted", force: true)).Items.ShouldBe(1);

        (await _flow.EndedAsync(run)).Run.Error.ShouldBe("Flow.Purged");
        (await _flow.Client.GetQueueAsync("deleted")).Depth.ShouldBeNull();
    }

    // capability 76
    [Fact]
    public async Task Should_let_a_critical_item_pass_a_backlog()
    {
        await using var flow = await FlowSite.StartAsync(stage.NewBroker(), ("Flow:Worker:Concurrency", "1"));
        var gate = flow.Handlers.Gate("lanes");
        var backlog = await flow.BeginAsync("backlog", MapOf("gated"), Enumerable.Range(1, 20).Select(i => new { gate = "lanes", item = $"low {i}" }).ToArray(), Priority.Low);
        await CameAsync(gate, 1);
        await ScheduledAsync(flow, backlog, 20);
        var critical = await flow.BeginAsync("urgent", FlowSite.OneTask("gated"), new { gate = "lanes", item = "critical" }, Priority.Critical);
        await ScheduledAsync(flow, critical, 1);

        for (var passed = 1; gate.Came.All(input => input.GetProperty("item").GetString() != "critical"); passed++)
        {
            passed.ShouldBeLessThanOrEqualTo(5, "a critical item is the next, or nearly");
            gate.Let(1);
            await CameAsync(gate, passed + 1);
        }

        gate.Let(21);
        (await flow.EndedAsync(critical)).Run.Status.ShouldBe(RunStatus.Succeeded);
        (await flow.EndedAsync(backlog)).Run.Status.ShouldBe(RunStatus.Succeeded);
    }

    /// <summary>A run with an item in a queue of its own, which no worker serves.</summary>
    private async Task<Guid> UnservedAsync(string queue)
    {
        var run = await _flow.BeginAsync(queue, FlowSite.OneTask($"{queue}/work"), new { });
        await Waiting.UntilAsync($"an item to be in the queue {queue}", () => _flow.Client.GetQueueAsync(queue), seen => seen.Depth == 1);
        return run;
    }

    internal static Task CameAsync(Gate gate, int count) => Waiting.UntilAsync($"{count} items to come", () => Task.FromResult(gate.Came.Count), came => came >= count);

    internal static Task ScheduledAsync(FlowSite flow, Guid run, int count) => Waiting.UntilAsync(
        $"{count} items to be dispatched",
        () => flow.Client.GetHistoryAsync(run, limit: 500),
        history => history.Items.Count(entry => entry.Event.Type == "TaskScheduled") >= count);
}
