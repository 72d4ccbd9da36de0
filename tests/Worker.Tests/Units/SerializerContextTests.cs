using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Flow.Worker.Tests.Bed;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Tests.Units;

/// <summary>A worker whose types are known by a context that was generated, and by nothing else.</summary>
public sealed class SerializerContextTests // capability 3
{
    [Fact]
    public async Task A_handler_should_need_no_reflection_for_its_types()
    {
        await using var bed = await Start(w => w.AddHandler<Charge, Order, Receipt>(new NodeHandlerAttribute("charge")));

        (await bed.Desk.Success(await bed.Desk.Send(Desk.Item("charge", new { id = 7, kind = "Express" })))).Output.GetRawText().ShouldBe("""{"orderId":7,"kind":"Express"}""");
        (await bed.Desk.Success(await bed.Desk.Send(Desk.Item("charge", new { id = 2, kind = "Split" })))).Output.GetRawText()
            .ShouldBe("""[{"orderId":1,"kind":"Split"},{"orderId":2,"kind":"Split"}]""");
        var failure = await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("charge", new { id = 0, kind = "Express" })));
        failure.Details!.Value.GetRawText().ShouldBe("""{"orderId":0,"kind":"Express"}""");
        (await bed.Desk.Failure(await bed.Desk.Send(Desk.Item("charge", new { kind = "Express" })))).Error.ShouldBe("Flow.InvalidInput");
    }

    [Fact]
    public async Task A_type_that_no_context_knows_should_stop_the_start_and_be_named()
    {
        var failure = await Should.ThrowAsync<OptionsValidationException>(() => Start(w => w.AddHandler("stray", (Stray stray, NodeContext _) => Task.FromResult(new Receipt(stray.Id, OrderKind.Express)))));

        failure.Message.ShouldBe(
            $"Handler 'stray': the serializer does not know {typeof(Stray)}: declare a JsonSerializerContext with [JsonSerializable(typeof(Stray))], and put it first in worker.Json.TypeInfoResolverChain.");
    }

    [Fact]
    public async Task A_type_that_has_no_form_should_stop_the_start_and_be_named()
    {
        var failure = await Should.ThrowAsync<OptionsValidationException>(() => WorkerBed.Start(
            new InMemoryTransport(), w => w.AddHandler("twins", (Twins twins, NodeContext _) => Task.FromResult(1))));

        failure.Message.ShouldStartWith($"Handler 'twins': {typeof(Twins)} has no form in JSON: ");
    }

    private static Task<WorkerBed> Start(Action<FlowWorkerBuilder> configure) => WorkerBed.Start(
        new InMemoryTransport(),
        w =>
        {
            w.Json.TypeInfoResolver = JsonTypeInfoResolver.Combine(ShopJson.Default);
            configure(w);
        });

    private sealed class Charge : INodeHandler<Order, Receipt>
    {
        public Task<Transition<Receipt>> HandleAsync(Order input, NodeContext context) => Task.FromResult<Transition<Receipt>>(input switch
        {
            { Id: 0 } => Transition.Abort("Shop.NoOrder", details: new Receipt(0, input.Kind)),
            { Kind: OrderKind.Split } => Transition.NextAll(Enumerable.Range(1, input.Id).Select(id => new Receipt(id, input.Kind))),
            _ => new Receipt(input.Id, input.Kind),
        });
    }

    private sealed record Stray(int Id);

    private sealed class Twins
    {
        [JsonPropertyName("id")]
        public int First { get; set; }

        [JsonPropertyName("id")]
        public int Second { get; set; }
    }
}

internal enum OrderKind
{
    Express,
    Split,
}

internal sealed record Order(int Id, OrderKind Kind);

internal sealed record Receipt(int OrderId, OrderKind Kind);

[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Receipt))]
internal sealed partial class ShopJson : JsonSerializerContext;
