using Flow.Worker;
using Flow.Worker.Tests.Bed;

namespace Flow.WorkerAnalyzers.Tests;

public sealed class When_handlers_are_registered // capability 3, 4
{
    [Fact]
    public void Should_add_every_class_with_the_attribute_and_what_it_says()
    {
        var generated = Compiled.Of(
            """
            namespace Shop;
            public sealed record Order(int Id);
            [NodeHandler("charge", Queue = "money", RetryFirstDelaySeconds = 0.25, RetryNever = new[] { typeof(ArgumentException) })]
            internal sealed class Charge : INodeHandler<Order, IReadOnlyList<Order>>
            {
                public Task<Transition<IReadOnlyList<Order>>> HandleAsync(Order input, NodeContext context) => throw new NotSupportedException();
            }
            internal static class Outer
            {
                [NodeHandler("store\"rows", BatchMaxItems = 50)]
                internal sealed class Store : IBatchNodeHandler<Order, int>
                {
                    public Task<IReadOnlyList<Transition<int>>> HandleAsync(IReadOnlyList<BatchItem<Order>> items, CancellationToken cancellationToken) => throw new NotSupportedException();
                }
            }
            internal static class Program
            {
                public static void Add(FlowWorkerBuilder worker) => worker.AddHandlers().AddHandlers();
            }
            """).Generated.ShouldNotBeNull();

        generated.ShouldContain("internal static class Handlers_Shop_Worker");
        generated.ShouldContain(
            """.AddHandler<global::Shop.Charge, global::Shop.Order, global::System.Collections.Generic.IReadOnlyList<global::Shop.Order>>(new global::Flow.Worker.NodeHandlerAttribute("charge") { Queue = "money", RetryFirstDelaySeconds = 0.25, RetryNever = [typeof(global::System.ArgumentException)] })""");
        generated.ShouldContain(""".AddBatchHandler<global::Shop.Outer.Store, global::Shop.Order, int>(new global::Flow.Worker.NodeHandlerAttribute("store\"rows") { BatchMaxItems = 50 })""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("internal sealed class Bare : INodeHandler<int, int> { public Task<Transition<int>> HandleAsync(int input, NodeContext context) => throw new NotSupportedException(); }")]
    public void Should_generate_nothing_where_no_class_has_the_attribute(string source) => Compiled.Of(source).Generated.ShouldBeNull();

    [Fact]
    public async Task Should_serve_what_was_generated()
    {
        await using var bed = await WorkerBed.Start(new InMemoryTransport(), worker => worker.AddHandlers(), ("Flow:Worker:Concurrency", "4"));

        var heartbeat = await bed.Desk.Workers.First(_ => true);
        heartbeat.Handlers.ShouldBe(["count", "join"]);
        heartbeat.Queues.ShouldBe(["default", "words"]);
        (await bed.Desk.Success(await bed.Desk.Send(Desk.Item("count", new { text = "a b c" }), "words"))).Output.GetInt32().ShouldBe(3);
        var one = await bed.Desk.Send(Desk.Item("join", new { text = "a" }));
        var other = await bed.Desk.Send(Desk.Item("join", new { text = "b" }) with { RunId = one.RunId });
        new[] { await bed.Desk.Success(one), await bed.Desk.Success(other) }.Select(a => a.Output.GetString()).ShouldAllBe(text => text == "ab" || text == "ba");
    }
}

internal sealed record Line(string Text);

[NodeHandler("count", Queue = "words")]
internal sealed class Count : INodeHandler<Line, int>
{
    public Task<Transition<int>> HandleAsync(Line input, NodeContext context) => Task.FromResult<Transition<int>>(input.Text.Split(' ').Length);
}

[NodeHandler("join", BatchMaxItems = 2, BatchMaxWaitSeconds = 60)]
internal sealed class Join : IBatchNodeHandler<Line, string>
{
    public Task<IReadOnlyList<Transition<string>>> HandleAsync(IReadOnlyList<BatchItem<Line>> items, CancellationToken cancellationToken)
    {
        var all = string.Concat(items.Select(i => i.Input.Text));
        return Task.FromResult<IReadOnlyList<Transition<string>>>([.. items.Select(_ => Transition.Next(all))]);
    }
}
