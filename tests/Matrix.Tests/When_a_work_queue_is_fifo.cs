using Flow.Contracts.Api;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Matrix.Tests;

/// <summary>A work queue of Amazon SQS whose name ends in <c>.fifo</c>: of a run one item at a time, whatever becomes of workers.</summary>
public sealed class When_a_work_queue_is_fifo
{
    private static readonly (string Key, string Value)[] Queues = [("Flow:Worker:Queues:0", "default"), ("Flow:Worker:Queues:1", "mails.fifo")];

    // capabilities 62, 67
    [Fact]
    public async Task Should_hand_out_the_items_of_a_run_one_at_a_time()
    {
        await using var flow = await FlowSite.StartAsync(new AmazonSqsBroker(), Queues);
        var gate = flow.Handlers.Gate("mails");
        var definition = TransportMatrix.MapOf("mails.fifo/gated");
        var runs = await Task.WhenAll(Enumerable.Range(0, 2).Select(run => flow.BeginAsync("mails", definition, Enumerable.Repeat(new { gate = "mails", run }, 5))));
        await Task.WhenAll(runs.Select(run => TransportMatrix.ScheduledAsync(flow, run, 5)));

        for (var came = 2; came < 7; came++)
        {
            await TransportMatrix.CameAsync(gate, came);
            // Others pass; the two in hand keep back those of their runs.
            (await flow.RunAsync("echoes", FlowSite.OneTask("mails.fifo/echo"), new { })).Run.Status.ShouldBe(RunStatus.Succeeded);
            gate.Came.Count.ShouldBe(came);
            gate.Let(1);
        }

        gate.Came.Take(2).Select(input => input.GetProperty("run").GetInt32()).Order().ShouldBe([0, 1]);
        gate.Let(5);
        foreach (var run in runs)
            (await flow.EndedAsync(run)).Run.Status.ShouldBe(RunStatus.Succeeded);
    }

    // capabilities 54, 55, 60, 61, 67, 87
    [Fact]
    public Task Should_lose_nothing_when_a_worker_process_is_killed() => KilledWorker.LosesNothingAsync(new AmazonSqsBroker(), "flow:mails.fifo/delay", Queues);
}
