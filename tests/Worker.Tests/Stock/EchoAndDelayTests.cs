using Flow.Worker.Tests.Bed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Worker.Tests.Stock;

public sealed class EchoAndDelayTests
{
    [Fact]
    public async Task Echo_should_give_its_input_back()
    {
        await using var bed = await StockBed.Start();
        var item = await bed.Desk.Send(Desk.Item("echo", new { a = new[] { 1, 2 } }));

        (await bed.Desk.Success(item)).Output.GetRawText().ShouldBe("""{"a":[1,2]}""");
    }

    [Fact]
    public async Task Delay_should_wait_and_give_its_input_back()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var handler = new StockWorker.DelayHandler(time);
        var waiting = handler.HandleAsync(new(1.5), new NodeContext { Input = System.Text.Json.JsonElement.Parse("7") });

        time.Advance(TimeSpan.FromSeconds(1.4));
        waiting.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(0.1));

        (await waiting).Output.GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task Many_delays_should_wait_together_without_a_thread_each()
    {
        await using var bed = await StockBed.Start(("Flow:Worker:Concurrency", "500"));
        var threads = ThreadPool.ThreadCount;
        var items = new List<Contracts.NodeWorkItem>();
        for (var i = 0; i < 500; i++)
            items.Add(await bed.Desk.Send(Desk.Item("delay", new { seconds = 3 })));
        await bed.Desk.Started.Several(500);

        ThreadPool.ThreadCount.ShouldBeLessThan(threads + 100);
        foreach (var item in items)
            await bed.Desk.Success(item);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(86_401)]
    public async Task Delay_should_refuse_what_it_cannot_wait(double seconds)
    {
        await using var bed = await StockBed.Start();
        var item = await bed.Desk.Send(Desk.Item("delay", new { seconds }));

        (await bed.Desk.Failure(item)).Error.ShouldBe("Delay.InvalidSeconds");
    }
}
