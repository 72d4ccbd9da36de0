using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Flow.Transports.AmazonSqs;
using Flow.Transports.Tests.Brokers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Tests.AmazonSqs;

/// <summary>What a process does with SQS as a whole. Capability 67.</summary>
public sealed class When_a_bus_runs_on_the_queues(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly AmazonSqsBroker _broker = new();

    public ValueTask InitializeAsync() => _broker.StartAsync();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Should_share_calls_among_messages()
    {
        const int Messages = 400;
        var calls = new ConcurrentDictionary<string, int>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, own) => EnableFor(instrument, own) };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => calls.AddOrUpdate($"{tags[0].Value}", (int)count, (_, sum) => sum + (int)count));
        listener.Start();
        var host = await TestHost.StartAsync(_broker.Settings);
        var handled = 0;
        await host.ServeAsync<Numbered>("counted", context => Task.FromResult(Interlocked.Increment(ref handled)), e => e.ConcurrentMessageLimit = 20);
        calls.Clear();

        await Task.WhenAll(Enumerable.Range(0, Messages).Select(number => host.SendAsync("counted", new Numbered(number))));
        await Until.TrueAsync(() => handled >= Messages);
        await host.DisposeAsync();

        var lines = calls.OrderBy(call => call.Key).Select(call => $"{call.Key}: {call.Value} calls, {(double)call.Value / Messages:0.00} a message");
        output.WriteLine(string.Join(Environment.NewLine, lines));
        // Other tests may run beside this one, and add to the others.
        calls["SendMessageBatch"].ShouldBeGreaterThanOrEqualTo(Messages / 10);
        calls["DeleteMessageBatch"].ShouldBeGreaterThanOrEqualTo(Messages / 10);
        calls.Keys.ShouldNotContain("SendMessage");
        calls.Keys.ShouldNotContain("DeleteMessage");
    }

    [Fact]
    public async Task Should_name_all_that_is_missing_and_start_once_it_is_there()
    {
        var settings = new Dictionary<string, string?>(_broker.Settings) { ["Flow:AmazonSqs:Topology"] = "Verify" };
        await using var host = await TestHost.StartAsync(settings, bus =>
        {
            bus.AddConsumer<Consumer>().Endpoint(e => e.Name = "first");
            bus.AddConsumer<Other>().Endpoint(e => e.Name = "second");
        });

        var error = host.Log.All.First(line => line.StartsWith("Error: The bus is not ready", StringComparison.Ordinal));
        error.ShouldContain($"{_broker.Prefix}first, {_broker.Prefix}first_error, {_broker.Prefix}first_skipped, {_broker.Prefix}second");
        error.ShouldContain($"{_broker.Prefix}Flow_Transports_Tests-Announced");
        error.ShouldContain($"{_broker.Prefix}Flow_Contracts-StartRun");
        error.ShouldContain($"{_broker.Prefix}Flow_Transports_Tests-Announced to {_broker.Prefix}first");
        error.ShouldContain("Flow:AmazonSqs:Topology");
        host.Bus.CheckHealth().Status.ShouldNotBe(BusHealthStatus.Healthy);
        using (var sqs = _broker.Read().CreateSqsClient())
            (await sqs.GetQueueUrlAsync(_broker.Prefix + "first")).ShouldBeNull();

        // Somebody with the right to do so creates them: here a process that may, but for what it makes only when it has something to put there.
        using (var sqs = _broker.Read().CreateSqsClient())
        {
            foreach (var queue in (string[])["first_skipped", "second_skipped"])
                await sqs.CreateQueueAsync(_broker.Prefix + queue, new Dictionary<string, string>(), new Dictionary<string, string>());
        }

        await using (await TestHost.StartAsync(_broker.Settings, bus =>
        {
            bus.AddConsumer<Consumer>().Endpoint(e => e.Name = "first");
            bus.AddConsumer<Other>().Endpoint(e => e.Name = "second");
        }))
            await Until.TrueAsync(() => host.Bus.CheckHealth().Status == BusHealthStatus.Healthy);
    }

    [Fact]
    public async Task Should_create_a_queue_anew_that_was_deleted()
    {
        await using var host = await TestHost.StartAsync(_broker.Settings);
        using var sqs = _broker.Read().CreateSqsClient();
        await host.SendAsync("deleted", new Numbered(1));
        await sqs.DeleteQueueAsync((await sqs.GetQueueUrlAsync(_broker.Prefix + "deleted"))!);

        await host.SendAsync("deleted", new Numbered(2));

        var handled = new ConcurrentQueue<int>();
        await host.ServeAsync<Numbered>("deleted", context =>
        {
            handled.Enqueue(context.Message.Number);
            return Task.CompletedTask;
        });
        await Until.TrueAsync(() => handled.Contains(2));
    }

    [Fact]
    public async Task Should_leave_no_temporary_queue_behind()
    {
        var host = await TestHost.StartAsync(_broker.Settings, bus => bus.AddRequestClient<Question>(new Uri("queue:questions")));
        await host.ServeAsync<Question>("questions", context => context.RespondAsync(new Answer("!")));
        await using (var scope = host.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<IRequestClient<Question>>().GetResponse<Answer>(new Question("?"), TestContext.Current.CancellationToken);
        using var sqs = _broker.Read().CreateSqsClient();
        (await sqs.ListQueuesAsync(_broker.Prefix)).Count.ShouldBe(3);

        await host.DisposeAsync();

        (await sqs.ListQueuesAsync(_broker.Prefix)).Select(SqsTopology.NameOf).Order().ShouldBe([_broker.Prefix + "questions", _broker.Prefix + "questions_error"]);
    }

    private static void EnableFor(Instrument instrument, MeterListener listener)
    {
        if (instrument.Name == "flow.aws.requests")
            listener.EnableMeasurementEvents(instrument);
    }

    private sealed class Consumer : IConsumer<Announced>
    {
        public Task Consume(ConsumeContext<Announced> context) => Task.CompletedTask;
    }

    private sealed class Other : IConsumer<Numbered>
    {
        public Task Consume(ConsumeContext<Numbered> context) => Task.CompletedTask;
    }
}
