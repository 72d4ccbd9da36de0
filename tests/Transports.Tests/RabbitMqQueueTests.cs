using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Flow.Contracts;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Tests;

// capability 66
public sealed class RabbitMqQueueTests : IAsyncLifetime
{
    private readonly RabbitMqBroker _broker = new();

    public ValueTask InitializeAsync() => _broker.StartAsync();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Should_declare_durable_quorum_queues_with_a_limit_and_a_way_to_the_error_queue()
    {
        await using var host = await TestHost.StartAsync(_broker.Settings);
        await host.ServeAsync<Numbered>("declared", _ => Task.CompletedTask);

        var queue = await GetAsync("queues", "declared");
        queue.GetProperty("durable").GetBoolean().ShouldBeTrue();
        var arguments = queue.GetProperty("arguments");
        arguments.GetProperty("x-queue-type").GetString().ShouldBe("quorum");
        arguments.GetProperty("x-delivery-limit").GetInt32().ShouldBe(20);
        arguments.GetProperty("x-dead-letter-exchange").GetString().ShouldBe("declared_error");
        (await GetAsync("queues", "declared_error")).GetProperty("arguments").EnumerateObject().Select(a => a.Name).ShouldBe(["x-queue-type"]);
    }

    [Fact]
    public async Task Should_declare_the_error_queue_though_no_endpoint_of_ours_receives()
    {
        await using var host = await TestHost.StartAsync(_broker.Settings);

        await host.SendAsync("served-elsewhere", new Numbered(1));

        (await GetAsync("queues", "served-elsewhere")).GetProperty("arguments").GetProperty("x-dead-letter-exchange").GetString().ShouldBe("served-elsewhere_error");
        (await GetAsync("queues", "served-elsewhere_error")).GetProperty("arguments").EnumerateObject().Select(a => a.Name).ShouldBe(["x-queue-type"]);
        await host.ServeAsync<Numbered>("served-elsewhere", _ => Task.CompletedTask);
    }

    [Theory]
    [InlineData(8, null, 10)]
    [InlineData(1, null, 2)]
    [InlineData(1, 50, 50)]
    public async Task Should_prefetch_little_more_than_is_handled_at_once(int concurrency, int? asked, int prefetched)
    {
        await using var host = await TestHost.StartAsync(_broker.Settings);
        await host.ServeAsync<Numbered>("prefetched", _ => Task.CompletedTask, e =>
        {
            e.ConcurrentMessageLimit = concurrency;
            if (asked is { } count)
                e.PrefetchCount = count;
        });

        await Until.TrueAsync(async () => (await GetAsync("queues", "prefetched")).TryGetProperty("consumer_details", out var consumers)
            && consumers.EnumerateArray().Any(consumer => consumer.GetProperty("prefetch_count").GetInt32() == prefetched));
    }

    [Fact]
    public async Task Should_deploy_the_exchanges_of_all_contracts_before_anything_is_published()
    {
        await using var host = await TestHost.StartAsync(_broker.Settings);

        foreach (var message in BusRules.Messages)
            (await GetAsync("exchanges", $"Flow.Contracts:{message.Name}")).GetProperty("durable").GetBoolean().ShouldBeTrue();
        BusRules.Messages.ShouldContain(typeof(RunStarted));
        BusRules.Messages.ShouldContain(typeof(RunAdvanced));
        BusRules.Messages.ShouldNotContain(typeof(HistoryEvent));
    }

    [Fact]
    public async Task Should_move_a_message_to_the_error_queue_that_is_never_acknowledged()
    {
        await using var host = await TestHost.StartAsync(_broker.Settings);
        var errors = await host.WatchAsync("looping_error");
        await host.ServeAsync<Numbered>("looping", _ => throw new OperationCanceledException("Handed back for ever."));

        await host.SendAsync("looping", new Numbered(1));

        await Until.TrueAsync(() => !errors.All.IsEmpty);
        errors.All.ShouldHaveSingleItem().Body.ShouldContain("\"number\":1");
    }

    [Theory]
    [InlineData("Flow:RabbitMq:Password", "wrong", "Flow:RabbitMq:Password")]
    [InlineData("Flow:RabbitMq:VirtualHost", "no-such-host", "'no-such-host'")]
    public async Task Should_stop_start_up_when_the_broker_does_not_let_it_in(string key, string value, string named)
    {
        var uri = new Uri(_broker.Settings["ConnectionStrings:RabbitMq"]!);
        var settings = new Dictionary<string, string?>
        {
            ["Flow:Transport"] = "RabbitMq",
            ["Flow:RabbitMq:Host"] = uri.Host,
            ["Flow:RabbitMq:Port"] = uri.Port.ToString(),
            ["Flow:RabbitMq:VirtualHost"] = _broker.VirtualHost,
            [key] = value,
        };

        (await Should.ThrowAsync<InvalidOperationException>(() => TestHost.StartAsync(settings))).Message.ShouldContain(named);
    }

    [Fact]
    public async Task Should_name_the_virtual_host_that_is_not_permitted_to_its_user()
    {
        await using var stranger = await _broker.AddUserAsync();

        var message = (await Should.ThrowAsync<InvalidOperationException>(() => TestHost.StartAsync(stranger.Settings))).Message;

        message.ShouldContain($"'{_broker.VirtualHost}'");
        message.ShouldContain($"'{stranger.Name}'");
        message.ShouldContain("refused");
    }

    [Fact]
    public async Task Should_let_sender_and_receiver_declare_a_queue_in_any_order()
    {
        await using var host = await TestHost.StartAsync(_broker.Settings);
        var handled = new ConcurrentBag<int>();
        foreach (var queue in new[] { QueueNames.StartRun, "sent-first" })
        {
            if (queue == "sent-first")
                await host.SendAsync(queue, new Numbered(1));
            await host.ServeAsync<Numbered>(queue, context =>
            {
                handled.Add(context.Message.Number);
                return Task.CompletedTask;
            });
            await host.SendAsync(queue, new Numbered(2));
        }

        await Until.TrueAsync(() => handled.Count == 3);
    }

    // capability 61
    [Fact]
    public async Task Should_declare_a_queue_anew_that_was_deleted_under_its_sender()
    {
        await using var host = await TestHost.StartAsync(_broker.Settings);
        await host.SendAsync("deleted", new Numbered(1));

        // As an operator does it: the exchange, which leads nowhere then, stays.
        await _broker.DeleteAsync("queues", "deleted");
        await host.SendAsync("deleted", new Numbered(2));

        var arrivals = await host.WatchAsync("deleted");
        await Until.TrueAsync(() => !arrivals.All.IsEmpty);
        arrivals.All.ShouldHaveSingleItem().Body.ShouldContain("\"number\":2");
    }

    private Task<JsonElement> GetAsync(string kind, string name) =>
        _broker.Management.GetFromJsonAsync<JsonElement>($"api/{kind}/{_broker.VirtualHost}/{Uri.EscapeDataString(name)}");
}
