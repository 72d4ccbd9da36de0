using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Transports.Tests;

/// <summary>A process of Flow as far as its bus goes: started by <see cref="FlowBusExtensions.AddFlowBus"/> with plain settings.</summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;

    private TestHost(IHost host, LogLines log)
    {
        _host = host;
        Log = log;
    }

    public LogLines Log { get; }

    public IServiceProvider Services => _host.Services;

    public IBusControl Bus => Services.GetRequiredService<IBusControl>();

    public static async Task<TestHost> StartAsync(IReadOnlyDictionary<string, string?> settings, Action<IBusRegistrationConfigurator>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings);
        var log = new LogLines();
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddProvider(log);
        builder.Services.AddFlowBus(builder.Configuration, configure ?? (_ => { }));
        var host = builder.Build();
        await host.StartAsync();
        return new TestHost(host, log);
    }

    /// <summary>Consumes from a queue from now on.</summary>
    public async Task<HostReceiveEndpointHandle> ServeAsync<T>(
        string queue, Func<ConsumeContext<T>, Task> handle, Action<IReceiveEndpointConfigurator>? configure = null)
        where T : class
    {
        var endpoint = Bus.ConnectReceiveEndpoint(queue, e =>
        {
            configure?.Invoke(e);
            e.Handler<T>(context => handle(context));
        });
        await endpoint.Ready.WaitAsync(Patience.Limit);
        return endpoint;
    }

    public async Task SendAsync<T>(string queue, T message, Action<SendContext<T>>? set = null)
        where T : class
    {
        var endpoint = await Bus.GetSendEndpoint(new Uri($"queue:{queue}"));
        await endpoint.Send(message, context => set?.Invoke(context)).WaitAsync(Patience.Limit);
    }

    /// <summary>Everything that arrives in a queue, readable or not.</summary>
    public async Task<Arrivals> WatchAsync(string queue)
    {
        var arrivals = new Arrivals(queue);
        Bus.ConnectReceiveObserver(arrivals);
        await ServeAsync<Nothing>(queue, _ => Task.CompletedTask, e => e.ConfigureConsumeTopology = false);
        return arrivals;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        else
            _host.Dispose();
    }
}

/// <summary>Never sent: an endpoint needs some consumer to start.</summary>
public sealed record Nothing;

/// <summary>A message as it was when it arrived; what handles it changes its headers.</summary>
public sealed record Arrival(string Body, IReadOnlyDictionary<string, string?> Headers);

public sealed class Arrivals(string queue) : IReceiveObserver
{
    public ConcurrentQueue<Arrival> All { get; } = new();

    public Task PreReceive(ReceiveContext context)
    {
        if (context.InputAddress.AbsolutePath.EndsWith("/" + queue, StringComparison.Ordinal))
            All.Enqueue(new Arrival(context.Body.GetString(), context.TransportHeaders.GetAll().ToDictionary(h => h.Key, h => h.Value?.ToString())));
        return Task.CompletedTask;
    }

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
}

public sealed class LogLines : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> All { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        All.Enqueue($"{logLevel}: {formatter(state, exception)}");

    public void Dispose()
    {
    }
}
