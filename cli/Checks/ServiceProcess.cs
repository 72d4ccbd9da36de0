using Flow.Hosting;
using Flow.Monitor;
using Flow.Orchestrator;
using Flow.StockWorker;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Flow.Cli.Checks;

/// <summary>A service of Flow as it would be with a configuration: built, and never started.</summary>
/// <param name="name">Its name, e.g. <c>orchestrator</c>.</param>
/// <param name="app">Its application.</param>
internal sealed class ServiceProcess(string name, WebApplication app) : IAsyncDisposable
{
    private static readonly (string Name, Action<WebApplicationBuilder> Add)[] All =
    [
        ("orchestrator", builder => builder.AddOrchestrator()),
        ("monitor", builder => builder.AddMonitor()),
        ("worker", builder => builder.AddStockWorker()),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(service => service.Name)];

    public string Name => name;

    public IServiceProvider Services => app.Services;

    /// <exception cref="Exception">A setting is wrong; the service itself would stop with the same error.</exception>
    public static ServiceProcess Build(string name, IConfiguration configuration)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "flow", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(configuration);
        builder.AddFlowDefaults(name);
        Array.Find(All, service => service.Name == name).Add(builder);
        builder.Logging.ClearProviders();
        return new(name, builder.Build());
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
