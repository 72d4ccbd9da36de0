using System.Text.Json;
using Flow.Worker.Tests.Bed;

namespace Flow.Worker.Tests.Units;

/// <summary>What is left to say when a worker goes; seen by another process.</summary>
public sealed class StoppingTests
{
    [Fact] // capability 89, 91
    public async Task The_last_heartbeat_should_say_goodbye_after_the_last_answer()
    {
        await using var transport = await RabbitMqTransport.CreateAsync();
        await using var desk = await WorkerBed.StartDesk(transport);
        using var gate = new SemaphoreSlim(0);
        await using var bed = await WorkerBed.Start(
            transport,
            builder => builder.AddFlowWorker(w => w.AddHandler("wait", async (JsonElement _, NodeContext context) =>
            {
                await gate.WaitAsync(context.CancellationToken);
                return 1;
            })),
            withDesk: false);
        var item = await desk.Desk.Send(Desk.Item("wait"));
        await desk.Desk.Started.First(s => s.Token == item.Token);

        var stop = bed.Stop();
        gate.Release();
        await stop;

        var goodbye = await desk.Desk.Workers.First(w => w.Stopping);
        goodbye.WorkerId.ShouldBe(bed.Identity.WorkerId);
        goodbye.InFlight.ShouldBeEmpty();
        var answer = await desk.Desk.Success(item);
        answer.EndedAt.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(goodbye.Timestamp);
        desk.Desk.Workers.All[^1].ShouldBe(goodbye);
    }
}
