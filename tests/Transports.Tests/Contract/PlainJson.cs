using System.Collections.Concurrent;
using Flow.Transports.Tests.Brokers;
using MassTransit;

namespace Flow.Transports.Tests.Contract;

public abstract partial class TransportContract
{
    private const string Bolts = """{"item":"bolts","count":3}""";

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData(null)]
    public async Task Should_take_plain_json_beside_envelopes(string? contentType)
    {
        var host = await StartHostAsync();
        var handled = new ConcurrentQueue<(Order Order, Guid? Id)>();
        await ServeOrdersAsync(host, handled);
        var id = Guid.NewGuid();

        await broker.SendRawAsync(host, "orders", Bolts, contentType, id.ToString());
        await host.SendAsync("orders", new Order { Item = "nuts", Count = 4 });

        await Until.TrueAsync(() => handled.Count == 2);
        handled.Select(h => h.Order).ShouldBe([new Order { Item = "bolts", Count = 3 }, new Order { Item = "nuts", Count = 4 }], ignoreOrder: true);
        handled.Single(h => h.Order.Item == "bolts").Id.ShouldBe(id);
    }

    [Fact]
    public async Task Should_know_plain_json_by_its_message_id_and_take_each_body_without_one_for_itself()
    {
        Needs(Capability.MessagesWithoutId);
        var host = await StartHostAsync();
        var handled = new ConcurrentQueue<(Order Order, Guid? Id)>();
        await ServeOrdersAsync(host, handled);

        await broker.SendRawAsync(host, "orders", Bolts, "application/json");
        await broker.SendRawAsync(host, "orders", Bolts, "application/json");
        await broker.SendRawAsync(host, "orders", Bolts, "application/json", "order 17");
        await broker.SendRawAsync(host, "orders", Bolts, "application/json", "order 17");
        await broker.SendRawAsync(host, "orders", Bolts, "application/json", "order 18");

        await Until.TrueAsync(() => handled.Count == 5);
        handled.ShouldAllBe(h => h.Id.HasValue);
        handled.GroupBy(h => h.Id).Select(group => group.Count()).Order().ShouldBe([1, 1, 1, 2]);
    }

    // capability 115
    [Theory]
    [InlineData("{ no JSON", "Order")]
    [InlineData("""{"item":"bolts"}""", "count")]
    [InlineData("""{"item":"bolts","count":"many"}""", "count")]
    [InlineData("[]", "Order")]
    [InlineData("null", "Order")]
    public async Task Should_set_plain_json_aside_that_is_not_the_message_with_the_reason(string body, string named)
    {
        var host = await StartHostAsync();
        var errors = await host.WatchAsync("orders_error");
        var handled = new ConcurrentQueue<(Order Order, Guid? Id)>();
        await ServeOrdersAsync(host, handled);

        await broker.SendRawAsync(host, "orders", body, "application/json");
        await broker.SendRawAsync(host, "orders", Bolts, "application/json");

        await Until.TrueAsync(() => !handled.IsEmpty && !errors.All.IsEmpty);
        var error = errors.All.ShouldHaveSingleItem();
        error.Body.ShouldBe(body);
        error.Headers.GetValueOrDefault(MessageHeaders.FaultMessage).ShouldNotBeNull().ShouldContain(named, Case.Insensitive);
        handled.ShouldHaveSingleItem();
    }

    private static Task ServeOrdersAsync(TestHost host, ConcurrentQueue<(Order Order, Guid? Id)> handled) => host.ServeAsync<Order>(
        "orders",
        context =>
        {
            handled.Enqueue((context.Message, context.MessageId));
            return Task.CompletedTask;
        },
        e => e.AcceptPlainJson<Order>());
}
