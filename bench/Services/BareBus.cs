using Flow.Transports;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Bench.Services;

/// <summary>A bus with nothing behind it: it sends, publishes and consumes, asks and answers in this process.</summary>
internal sealed class BareBus : IAsyncDisposable
{
    private const int InFlight = 64;
    private const string Unread = "bench-unread";
    private const string Asked = "bench-asked";

    // About the size of a work item's input.
    private static readonly string Text = new('x', 256);

    private readonly IHost _host;

    private BareBus(IHost host) => _host = host;

    /// <summary>Cancelled when this process is told to stop; the bus's host hears of it, and nobody else.</summary>
    public CancellationToken Stopping => _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    public static async Task<BareBus> StartAsync(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<Progress>();
        builder.Services.AddFlowBus(builder.Configuration, bus =>
        {
            bus.AddConsumer<Listener>().Endpoint(e => (e.Name, e.ConcurrentMessageLimit) = ("bench-told", 16));
            bus.AddConsumer<Answerer>().Endpoint(e => (e.Name, e.ConcurrentMessageLimit) = (Asked, 16));
            bus.AddRequestClient<Question>(new Uri($"queue:{Asked}"));
        });
        var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(30));
        return new(host);
    }

    /// <summary>Until the transport has taken them all; nobody reads them.</summary>
    public async Task SendAsync(int count)
    {
        var endpoint = await _host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"queue:{Unread}"));
        await EachAsync(count, n => endpoint.Send(new Sent(n, Text)));
    }

    /// <summary>Until all have been consumed.</summary>
    public async Task PublishAsync(int count)
    {
        var progress = _host.Services.GetRequiredService<Progress>();
        progress.Expect(count);
        var bus = _host.Services.GetRequiredService<IBus>();
        await EachAsync(count, n => bus.Publish(new Told(n, Text)));
        await progress.Reached.WaitAsync(TimeSpan.FromMinutes(5), Stopping);
    }

    /// <summary>Until all have been answered.</summary>
    public async Task RequestAsync(int count)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<Question>>();
        await EachAsync(count, n => client.GetResponse<Answer>(new Question(n, Text)));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private Task EachAsync(int count, Func<int, Task> act) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = Stopping }, async (n, cancellationToken) => await act(n).WaitAsync(cancellationToken));

    internal sealed record Sent(int Number, string Text);

    internal sealed record Told(int Number, string Text);

    internal sealed record Question(int Number, string Text);

    internal sealed record Answer(int Number, string Text);

    private sealed class Listener(Progress progress) : IConsumer<Told>
    {
        public Task Consume(ConsumeContext<Told> context)
        {
            progress.Done();
            return Task.CompletedTask;
        }
    }

    private sealed class Answerer : IConsumer<Question>
    {
        public Task Consume(ConsumeContext<Question> context) => context.RespondAsync(new Answer(context.Message.Number, context.Message.Text));
    }
}
