using Flow.Hosting;
using Flow.Orchestrator;
using Flow.Orchestrator.Storage;
using Flow.Persistence;
using Flow.Transports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Client.Tests;

/// <summary>The real orchestrator on a SQLite file, and another program beside it that has Flow's clients and a bus of its own.</summary>
public sealed class RealOrchestrator : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("flow-client-test-").FullName;
    private WebApplication _orchestrator = null!;
    private IHost _program = null!;

    public IFlowClient Client => _program.Services.GetRequiredService<IFlowClient>();

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?> { ["Flow:Transport"] = "Sqlite", ["ConnectionStrings:Flow"] = $"Data Source={Path.Combine(_directory, "flow.db")}" };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddFlowDefaults("orchestrator");
        builder.AddOrchestrator();
        builder.Logging.ClearProviders();
        _orchestrator = builder.Build();
        _orchestrator.MapOrchestrator();
        await _orchestrator.Services.GetRequiredService<IDatabaseMigrator>().MigrateAsync<OrchestratorDbContext>();
        await _orchestrator.StartAsync();

        var program = Host.CreateEmptyApplicationBuilder(null);
        program.Configuration.AddInMemoryCollection(settings);
        program.Services.AddFlowBus(program.Configuration, _ => { });
        program.Services.AddFlowClient(options => options.Address = new Uri(_orchestrator.Urls.Single()));
        _program = program.Build();
        await _program.StartAsync();
    }

    public async Task<T> OverTheBusAsync<T>(Func<FlowBusClient, Task<T>> call)
    {
        await using var scope = _program.Services.CreateAsyncScope();
        return await call(scope.ServiceProvider.GetRequiredService<FlowBusClient>());
    }

    public async ValueTask DisposeAsync()
    {
        await _program.StopAsync();
        _program.Dispose();
        await _orchestrator.StopAsync();
        await _orchestrator.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }
}
