using System.Diagnostics;
using System.Net;
using Flow.Hosting;
using Flow.Monitor.Data;
using Flow.Monitor.Metrics;
using Flow.Monitor.Projections;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flow.Monitor.Tests;

/// <summary>The whole monitor on a free port, as its Program.cs builds it.</summary>
internal sealed class MonitorApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private MonitorApp(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<MonitorApp> StartAsync(string database, string? broker = null, TimeProvider? time = null, Action<WebApplicationBuilder>? configure = null, ILoggerProvider? log = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Flow.Monitor", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Flow"] = database,
            ["ConnectionStrings:RabbitMq"] = broker,
            ["Flow:Transport"] = broker is null ? "InMemory" : "RabbitMq",
            ["Flow:Monitor:RefreshSeconds"] = "1",
            ["Logging:LogLevel:Default"] = "Warning",
        });
        configure?.Invoke(builder);
        builder.AddFlowDefaults("monitor");
        builder.AddMonitor();
        if (log is not null)
            builder.Logging.AddProvider(log);
        if (time is not null)
            builder.Services.AddSingleton(time);
        builder.WebHost.UseKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        // MassTransit remembers the first host's logger for the whole process, and tests have many hosts, one after another.
        LogContext.ConfigureCurrentLogContext(app.Services.GetRequiredService<ILoggerFactory>());
        app.MapFlowDefaults();
        app.MapMonitor();
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Writes as a consumer would, all at once, so that they are written in groups.</summary>
    public Task WriteAsync(IEnumerable<object> messages) => Task.WhenAll(messages.Select(Services.GetRequiredService<ProjectionWriter>().WriteAsync));

    /// <summary>What <c>/metrics</c> says now.</summary>
    public async Task<string> MetricsAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        var now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
        Services.GetRequiredService<MonitorMetrics>().Publish(await MetricsSnapshot.ReadAsync(scope.ServiceProvider.GetRequiredService<MonitorDbContext>(), now, default));
        return await Http.GetStringAsync("/metrics");
    }

    public async Task<T> ReadAsync<T>(Func<MonitorDbContext, Task<T>> read)
    {
        await using var scope = Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<MonitorDbContext>());
    }

    /// <summary>Waits until the condition holds; fails in the end with what was seen last.</summary>
    public static async Task UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isThere)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var seen = await look();
            if (isThere(seen))
                return;
            clock.Elapsed.ShouldBeLessThan(Patience.Limit, $"seen last: {seen}");
            await timer.WaitForNextTickAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
