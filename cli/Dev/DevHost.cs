using Flow.Hosting;
using Flow.Monitor;
using Flow.Orchestrator;
using Flow.Orchestrator.Storage;
using Flow.Persistence;
using Flow.StockWorker;
using Flow.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Flow.Cli.Dev;

/// <summary>Orchestrator, worker and monitor in this process, over one SQLite file. What runs in production as three services, with the same code.</summary>
internal sealed class DevHost : IAsyncDisposable
{
    private static readonly TimeSpan ReadyTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly DevSettings _settings;
    private readonly DevLock _lock;
    private readonly List<WebApplication> _apps = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DevHost(DevSettings settings)
    {
        _settings = settings;
        _lock = DevLock.Take(settings.Database);
    }

    public Uri OrchestratorUrl { get; private set; } = null!;

    public Uri MonitorUrl { get; private set; } = null!;

    /// <summary>Ends when one of the services stopped by itself, which is a failure.</summary>
    public Task Stopped => _stopped.Task;

    public static async Task<DevHost> StartAsync(DevSettings settings, CancellationToken cancellationToken)
    {
        PortCheck.Demand(settings.Port, "--port");
        PortCheck.Demand(settings.MonitorPort, "--monitor-port");
        var host = new DevHost(settings);
        try
        {
            await host.StartServicesAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    private async Task StartServicesAsync(CancellationToken cancellationToken)
    {
        var orchestrator = Builder("orchestrator", _settings.Port);
        orchestrator.AddOrchestrator();
        OrchestratorUrl = await StartAsync<OrchestratorDbContext>(orchestrator, app => app.MapOrchestrator(), cancellationToken);

        var monitor = Builder("monitor", _settings.MonitorPort);
        monitor.AddMonitor();
        MonitorUrl = await StartAsync(monitor, app => app.MapMonitor(), cancellationToken);

        var worker = Builder("worker", port: 0);
        worker.AddStockWorker();
        worker.AddFlowWorker(_settings.AddHandlers);
        await StartAsync(worker, _ => { }, cancellationToken);

        foreach (var app in _apps)
            await UntilReadyAsync(app, cancellationToken);
    }

    private WebApplicationBuilder Builder(string service, int port)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "flow", ContentRootPath = AppContext.BaseDirectory });
        // Not the services' own appsettings.json, which are for production; the environment may still tune, and what makes this `flow dev` comes last.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Flow:Transport"] = "Sqlite",
            ["ConnectionStrings:Flow"] = $"Data Source={_settings.Database}",
            ["Logging:Console:LogLevel:Default"] = _settings.IsVerbose ? null : _settings.LogLevel.ToString(),
        });
        builder.AddFlowDefaults(service);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        // Standard output belongs to the command; signals too.
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        return builder;
    }

    private Task<Uri> StartAsync<TContext>(WebApplicationBuilder builder, Action<WebApplication> map, CancellationToken cancellationToken)
        where TContext : Microsoft.EntityFrameworkCore.DbContext => StartAsync(
            builder,
            map,
            cancellationToken,
            app => app.Services.GetRequiredService<IDatabaseMigrator>().MigrateAsync<TContext>(cancellationToken));

    private async Task<Uri> StartAsync(WebApplicationBuilder builder, Action<WebApplication> map, CancellationToken cancellationToken, Func<WebApplication, Task>? prepare = null)
    {
        var app = builder.Build();
        _apps.Add(app);
        app.MapFlowDefaults();
        map(app);
        if (prepare is not null)
            await prepare(app);
        await app.StartAsync(cancellationToken);
        app.Lifetime.ApplicationStopping.Register(() => _stopped.TrySetResult());
        return new Uri(app.Urls.First());
    }

    private static async Task UntilReadyAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var health = app.Services.GetRequiredService<HealthCheckService>();
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var report = await health.CheckHealthAsync(cancellationToken);
            if (report.Status == HealthStatus.Healthy)
                return;
            if (TimeProvider.System.GetElapsedTime(start) > ReadyTime)
                throw CliException.Failed($"Flow did not become ready within {ReadyTime.TotalSeconds} seconds: {string.Join("; ", report.Entries.Where(e => e.Value.Status != HealthStatus.Healthy).Select(e => $"{e.Key}: {e.Value.Description ?? e.Value.Exception?.Message}"))}. See the log with --verbose.");
            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Stops all three at once: each leaves what it has not done in the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_apps.Select(app => app.StopAsync()));
        foreach (var app in _apps)
            await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _lock.Dispose();
    }
}
