using System.Collections.Concurrent;
using System.Text.Json;
using Flow.Contracts;
using Flow.Transports.RabbitMq;
using Flow.Transports.Tests.Brokers;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Tests;

// capabilities 66, 157
public sealed class RabbitMqTopologyTests : IAsyncLifetime
{
    private const string WorkQueue = "video";

    private readonly RabbitMqBroker _broker = new();
    private readonly ConcurrentBag<int> _handled = [];

    public ValueTask InitializeAsync() => _broker.StartAsync();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Should_export_all_that_a_process_declares_and_its_workers_too()
    {
        await _broker.ImportAsync(await ExportAsync());
        var exported = await ObjectsAsync();

        // Whatever a process declares by itself, early or late, is there already; the broker would refuse other arguments.
        await using var host = await TestHost.StartAsync(_broker.Settings, Consume);
        await host.ServeAsync<NodeWorkItem>(QueueNames.ForWork(WorkQueue), _ => Task.CompletedTask, endpoint => endpoint.AsWorkQueue());
        await host.SendAsync("topology", new Numbered(-1));
        await host.SendAsync(QueueNames.ForWork(WorkQueue, Priority.Low), new Numbered(1));
        await Until.TrueAsync(async () => (await _broker.GetAsync("queues", "topology_error")).TryGetProperty("messages", out var count) && count.GetInt32() == 1);

        (await ObjectsAsync()).Except(exported).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_use_what_was_imported_without_declaring_anything_that_outlasts_it()
    {
        await _broker.ImportAsync(await ExportAsync());
        var imported = await ObjectsAsync();
        await using var user = await _broker.AddUserAsync(configure: "_bus_", write: ".*", read: ".*");
        await using var host = await TestHost.StartAsync(Verify(user.Settings), Consume);

        await host.ServeAsync<NodeWorkItem>(QueueNames.ForWork(WorkQueue), context => Handled(context.Message.Attempt), endpoint => endpoint.AsWorkQueue());
        await host.SendAsync("topology", new Numbered(7));
        await host.SendAsync("topology", new Numbered(-1));
        await host.Bus.Publish(new RunStarted { RunId = Guid.NewGuid(), Workflow = "order", Version = 1, Timestamp = DateTimeOffset.UnixEpoch });

        await Until.TrueAsync(() => _handled.Contains(7));
        await Until.TrueAsync(async () => (await _broker.GetAsync("queues", "topology_error")).TryGetProperty("messages", out var count) && count.GetInt32() == 1);
        (await ObjectsAsync()).ShouldBe(imported, ignoreOrder: true);
    }

    [Fact]
    public async Task Should_stop_start_up_and_name_everything_that_is_missing_at_once()
    {
        var message = (await Should.ThrowAsync<InvalidOperationException>(() => TestHost.StartAsync(Verify(_broker.Settings), bus =>
        {
            Consume(bus);
            bus.AddSingleton(new ServedQueues([WorkQueue]));
        }))).Message;

        foreach (var named in new[]
        {
            "Flow:RabbitMq:Topology", $"'{_broker.VirtualHost}'", "exchange 'Flow.Contracts:StartRun' is missing", "queue 'topology' is missing", "queue 'topology_error' is missing", "queue 'flow-work-video-low' is missing",
            "binding 'topology → queue topology' is missing", "flow topology export rabbitmq --queue video",
        })
            message.ShouldContain(named);
        (await ObjectsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_name_what_was_made_otherwise()
    {
        await _broker.ImportAsync(await ExportAsync());
        await _broker.DeleteAsync("queues", "topology");
        await _broker.PutAsync("queues", "topology", new { durable = true, auto_delete = false, arguments = new Dictionary<string, object> { ["x-queue-type"] = "classic", ["x-max-length"] = 10 } });

        var message = (await Should.ThrowAsync<InvalidOperationException>(() => TestHost.StartAsync(Verify(_broker.Settings), Consume))).Message;

        message.ShouldContain("queue 'topology' has x-queue-type = classic in place of quorum");
        message.ShouldContain("queue 'topology' has x-max-length = 10");
        message.ShouldContain("queue 'topology' lacks x-delivery-limit = 20");
        message.ShouldContain("binding 'topology → queue topology' is missing");
        message.ShouldNotContain("StartRun");
    }

    [Fact]
    public async Task Should_verify_names_alone_and_say_so_where_the_management_API_does_not_answer()
    {
        await _broker.ImportAsync(await ExportAsync());
        var blind = new Dictionary<string, string?>(Verify(_broker.Settings)) { ["Flow:RabbitMq:ManagementUrl"] = $"http://127.0.0.1:{Ports.Free()}" };
        await using (var host = await TestHost.StartAsync(blind, Consume))
            host.Log.All.ShouldContain(line => line.StartsWith("Warning: Only the names", StringComparison.Ordinal) && line.Contains("ManagementUrl", StringComparison.Ordinal));

        await _broker.DeleteAsync("queues", "topology_skipped");

        (await Should.ThrowAsync<InvalidOperationException>(() => TestHost.StartAsync(blind, Consume))).Message.ShouldContain("queue 'topology_skipped' is missing");
    }

    // capability 145
    [Fact]
    public async Task Should_not_be_ready_while_a_queue_is_missing_that_it_may_not_declare_and_go_on_when_it_is_there_again()
    {
        var definitions = await ExportAsync();
        await _broker.ImportAsync(definitions);
        await using var host = await TestHost.StartAsync(Verify(_broker.Settings), Consume);

        await _broker.DeleteAsync("queues", "topology");
        await Until.TrueAsync(() => host.Bus.CheckHealth().Status != BusHealthStatus.Healthy);
        (await _broker.ConsumersAsync("topology")).ShouldBe(-1);

        await _broker.ImportAsync(definitions);
        await Until.TrueAsync(() => host.Bus.CheckHealth().Status == BusHealthStatus.Healthy);
        await host.SendAsync("topology", new Numbered(3));
        await Until.TrueAsync(() => _handled.Contains(3));
    }

    [Fact]
    public async Task Should_say_which_queue_is_missing_to_who_sends_to_it()
    {
        await _broker.ImportAsync(await ExportAsync());
        await using var host = await TestHost.StartAsync(Verify(_broker.Settings), Consume);

        (await Should.ThrowAsync<MissingTopologyException>(() => host.SendAsync("flow-work-audio", new Numbered(1)))).Message.ShouldContain("flow-work-audio");
        await host.SendAsync("topology", new Numbered(4));
        await Until.TrueAsync(() => _handled.Contains(4));
    }

    // capability 61
    [Fact]
    public async Task Should_not_take_a_message_for_sent_whose_queue_is_gone()
    {
        var lane = QueueNames.ForWork(WorkQueue, Priority.Low);
        await _broker.ImportAsync(await ExportAsync());
        await using var host = await TestHost.StartAsync(Verify(_broker.Settings), Consume);
        await host.SendAsync(lane, new Numbered(1));

        await _broker.DeleteAsync("queues", lane);
        (await Should.ThrowAsync<MissingTopologyException>(() => host.SendAsync(lane, new Numbered(2)))).Message.ShouldContain($"queue that the exchange '{lane}' is bound to");

        await _broker.ImportAsync(await ExportAsync());
        await host.SendAsync(lane, new Numbered(3));
        var arrivals = await host.WatchAsync(lane);
        await Until.TrueAsync(() => !arrivals.All.IsEmpty);
        arrivals.All.ShouldHaveSingleItem().Body.ShouldContain("\"number\":3");
    }

    private static Dictionary<string, string?> Verify(IReadOnlyDictionary<string, string?> settings) => new(settings) { ["Flow:RabbitMq:Topology"] = "Verify" };

    private void Consume(IBusRegistrationConfigurator bus)
    {
        bus.AddSingleton(_handled);
        bus.AddConsumer<Numbers>().Endpoint(endpoint => endpoint.Name = "topology");
    }

    private Task Handled(int number)
    {
        _handled.Add(number);
        return Task.CompletedTask;
    }

    private async Task<string> ExportAsync()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(_broker.Settings).Build();
        await using var process = new ServiceCollection().AddLogging().AddFlowBus(configuration, Consume).BuildServiceProvider();
        return RabbitMqTopology.Of([process], [WorkQueue]).ShouldNotBeNull().ToDefinitions(_broker.VirtualHost);
    }

    /// <summary>What outlasts its process: names and arguments; without the exchanges of faults, which nobody may need.</summary>
    private async Task<IReadOnlyList<string>> ObjectsAsync() =>
    [
        .. from exchange in (await _broker.GetAsync("exchanges")).EnumerateArray()
           let name = exchange.GetProperty("name").GetString()!
           where name.Length > 0 && !name.StartsWith("amq.", StringComparison.Ordinal) && !name.StartsWith("MassTransit:", StringComparison.Ordinal) && !exchange.GetProperty("auto_delete").GetBoolean()
           select $"exchange {name} {exchange.GetProperty("type")} {exchange.GetProperty("arguments")}",
        .. from queue in (await _broker.GetAsync("queues")).EnumerateArray()
           where queue.GetProperty("durable").GetBoolean() && !queue.GetProperty("auto_delete").GetBoolean()
           select $"queue {queue.GetProperty("name")} {string.Join(",", queue.GetProperty("arguments").EnumerateObject().OrderBy(a => a.Name, StringComparer.Ordinal))}",
    ];

    public sealed class Numbers(ConcurrentBag<int> handled) : IConsumer<Numbered>
    {
        public Task Consume(ConsumeContext<Numbered> context)
        {
            if (context.Message.Number < 0)
                throw new InvalidOperationException("A negative number.");
            handled.Add(context.Message.Number);
            return Task.CompletedTask;
        }
    }
}
