using System.Text.Json;
using Flow.Client;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Hosting;
using Flow.Monitor;
using Flow.Orchestrator;
using Flow.Orchestrator.Storage;
using Flow.Persistence;
using Flow.Transports.DeadLetters;
using Flow.Transports.Tests.Brokers;
using Flow.Worker;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Flow.Transports.Matrix.Tests;

/// <summary>
/// Orchestrator, worker and monitor on one transport: hosts with buses of their own in this process. Where only one bus can be, orchestrator and worker share it, and there is no monitor.
/// </summary>
internal sealed class FlowSite : IAsyncDisposable
{
    private readonly Place _place;
    private readonly List<WebApplication> _apps = [];

    private FlowSite(Place place, (string Key, string Value)[] settings)
    {
        _place = place;
        Dictionary<string, string?> own = new(StringComparer.Ordinal) { ["Flow:Worker:HeartbeatSeconds"] = "1", ["Flow:Monitor:RefreshSeconds"] = "1", ["Logging:LogLevel:Default"] = "Critical" };
        foreach (var (key, value) in own.Concat(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))))
            place.Settings[key] = value;
    }

    public Handlers Handlers { get; } = new();

    public IFlowClient Client { get; private set; } = null!;

    /// <summary>The monitor's dead letters.</summary>
    public IFlowMonitorClient Letters { get; private set; } = null!;

    /// <summary>The monitor's way to the queues of the broker.</summary>
    public IDeadLetterQueues Queues { get; private set; } = null!;

    /// <summary>Starts one on a broker that is disposed with it.</summary>
    public static async Task<FlowSite> StartAsync(TestBroker broker, params (string Key, string Value)[] settings)
    {
        var site = new FlowSite(await Place.CreateAsync(broker), settings);
        try
        {
            await site.StartAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>A definition of one Task node.</summary>
    public static string OneTask(string handler, string more = "") =>
        $$$$"""{"StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": "flow:{{{{handler}}}}", {{{{more}}}} "End": true}}}""";

    /// <summary>Registers a definition under a name and starts a run of it.</summary>
    public async Task<Guid> BeginAsync(string workflow, string definition, object input, Priority priority = Priority.Default)
    {
        await Client.RegisterWorkflowAsync(workflow, DefinitionText.Json(definition));
        var request = new StartRunRequest { Workflow = workflow, Input = JsonSerializer.SerializeToElement(input), Priority = priority };
        return (await Client.StartRunAsync(request)).RunId;
    }

    /// <summary>The run, once it has ended.</summary>
    public async Task<RunDetails> EndedAsync(Guid runId)
    {
        var run = await Client.WaitForRunAsync(runId, Patience.Limit);
        run.Run.EndedAt.ShouldNotBeNull($"run {runId} of '{run.Run.Workflow}' stands at {run.Run.Node}");
        return run;
    }

    /// <summary>Runs a definition to its end.</summary>
    public async Task<RunDetails> RunAsync(string workflow, string definition, object input) => await EndedAsync(await BeginAsync(workflow, definition, input));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_apps.Select(app => app.StopAsync()));
        foreach (var app in _apps)
            await app.DisposeAsync();
        await _place.DisposeAsync();
    }

    private async Task StartAsync()
    {
        var hasOneBus = _place.WhyNot(Capability.SeveralBuses) is not null;
        var orchestrator = await StartAsync(
            "orchestrator",
            builder =>
            {
                builder.AddOrchestrator();
                if (hasOneBus)
                    builder.AddFlowWorker(Handlers.AddTo);
            },
            async app =>
            {
                app.MapOrchestrator();
                await app.Services.GetRequiredService<IDatabaseMigrator>().MigrateAsync<OrchestratorDbContext>();
            });
        Client = new ServiceCollection().AddFlowClient(o => o.Address = AddressOf(orchestrator)).BuildServiceProvider().GetRequiredService<IFlowClient>();
        if (hasOneBus)
            return;

        var monitor = await StartAsync("monitor", builder => builder.AddMonitor(), app => Task.FromResult(app.MapMonitor()));
        Queues = monitor.Services.GetRequiredService<IDeadLetterQueues>();
        Letters = new ServiceCollection().AddFlowMonitorClient(o => o.Address = AddressOf(monitor)).BuildServiceProvider().GetRequiredService<IFlowMonitorClient>();
        await StartAsync("worker", builder => builder.AddFlowWorker(Handlers.AddTo), _ => Task.CompletedTask);
    }

    private async Task<WebApplication> StartAsync(string service, Action<WebApplicationBuilder> add, Func<WebApplication, Task> prepare)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "flow", ContentRootPath = AppContext.BaseDirectory });
        // Not the services' appsettings.json, which lie beside the tests.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(_place.Settings);
        builder.AddFlowDefaults(service);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        add(builder);
        var app = builder.Build();
        _apps.Add(app);
        // MassTransit remembers the first host's logger for the whole process.
        LogContext.ConfigureCurrentLogContext(app.Services.GetRequiredService<ILoggerFactory>());
        await prepare(app);
        await app.StartAsync();
        var health = app.Services.GetRequiredService<HealthCheckService>();
        await Waiting.UntilAsync($"the {service} to be ready", () => health.CheckHealthAsync(), report => report.Status == HealthStatus.Healthy);
        return app;
    }

    private static Uri AddressOf(WebApplication app) => new(app.Urls.Single());
}
