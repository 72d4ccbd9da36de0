using System.Collections.Concurrent;
using Flow.Transports.Tests.Brokers;
using MassTransit;

namespace Flow.Transports.Tests;

// capabilities 57, 66, 145
public sealed class RabbitMqConsumerTests : IAsyncLifetime
{
    private readonly RabbitMqBroker _broker = new();
    private readonly ConcurrentBag<int> _handled = [];

    public ValueTask InitializeAsync() => _broker.StartAsync();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Should_consume_on_when_its_queue_was_deleted()
    {
        await using var host = await ServeAsync();

        await _broker.DeleteAsync("queues", "watched");

        await HandlesAgainAsync(host);
    }

    [Fact]
    public async Task Should_consume_on_when_its_connection_was_closed()
    {
        await using var host = await ServeAsync();

        await _broker.CloseConnectionsAsync();

        await HandlesAgainAsync(host);
    }

    [Fact]
    public async Task Should_consume_on_though_a_handler_does_not_end_that_had_a_message_when_its_connection_was_closed()
    {
        var entered = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        await using var host = await TestHost.StartAsync(_broker.Settings);
        await host.ServeAsync<Numbered>("watched", async context =>
        {
            if (context.Message.Number == 0 && entered.TrySetResult())
                await left.Task;
            else
                _handled.Add(context.Message.Number);
        });
        await host.SendAsync("watched", new Numbered(0));
        await entered.Task.WaitAsync(Patience.Limit);

        await _broker.CloseConnectionsAsync();

        try
        {
            await HandlesAgainAsync(host);
        }
        finally
        {
            left.SetResult();
        }
    }

    private async Task<TestHost> ServeAsync()
    {
        var host = await TestHost.StartAsync(_broker.Settings);
        await host.ServeAsync<Numbered>("watched", context =>
        {
            _handled.Add(context.Message.Number);
            return Task.CompletedTask;
        });
        await host.SendAsync("watched", new Numbered(1));
        await Until.TrueAsync(() => _handled.Contains(1));
        return host;
    }

    private async Task HandlesAgainAsync(TestHost host)
    {
        await Until.TrueAsync(async () => await _broker.ConsumersAsync("watched") == 1);
        await host.SendAsync("watched", new Numbered(2));
        await Until.TrueAsync(() => _handled.Contains(2));
        await Until.TrueAsync(() => host.Bus.CheckHealth().Status == BusHealthStatus.Healthy);
    }
}
