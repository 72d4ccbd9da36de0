using System.Net.Http.Json;
using System.Text.Json;
using Flow.Client;
using Flow.Contracts.Api;
using Flow.Hosting;
using Flow.Orchestrator;
using Flow.Orchestrator.Storage;
using Flow.Persistence;
using Flow.Worker;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Monitor.Tests.DeadLetters;

/// <summary>Orchestrator, monitor and workers on the same database and broker, as three services are.</summary>
internal sealed class FlowBed : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _settings;
    private readonly List<WebApplication> _apps = [];
    private bool _isMonitored = true;

    private FlowBed(Dictionary<string, string?> settings) => _settings = settings;

    public MonitorApp Monitor { get; private set; } = null!;

    public IFlowClient Orchestrator { get; private set; } = null!;

    public IFlowMonitorClient Letters { get; private set; } = null!;

    /// <summary>Whether the handler "charge" does what it should.</summary>
    public bool IsMended { get; set; }

    public static async Task<FlowBed> StartAsync(string database, string? broker)
    {
        var bed = new FlowBed(new(StringComparer.Ordinal)
        {
            ["ConnectionStrings:Flow"] = database,
            ["ConnectionStrings:RabbitMq"] = broker,
            ["Flow:Transport"] = broker is null ? "Sqlite" : "RabbitMq",
            ["Flow:Worker:HeartbeatSeconds"] = "1",
            ["Logging:LogLevel:Default"] = "Critical",
        });
        await bed.StartAsync("orchestrator", builder => builder.AddOrchestrator(), async app =>
        {
            app.MapOrchestrator();
            await app.Services.GetRequiredService<IDatabaseMigrator>().MigrateAsync<OrchestratorDbContext>();
        });
        bed.Monitor = await MonitorApp.StartAsync(database, broker, configure: builder => builder.Configuration.AddInMemoryCollection(bed._settings));
        var orchestrator = new Uri(bed._apps[0].Urls.Single());
        bed.Orchestrator = new ServiceCollection().AddFlowClient(o => o.Address = orchestrator).BuildServiceProvider().GetRequiredService<IFlowClient>();
        bed.Letters = new ServiceCollection().AddFlowMonitorClient(o => (o.Address, o.RequestedBy) = (bed.Monitor.Http.BaseAddress!, "ann")).BuildServiceProvider().GetRequiredService<IFlowMonitorClient>();
        await bed.StartWorkerAsync("default");
        return bed;
    }

    /// <summary>Starts a worker of a queue with the handler "charge", which fails until it is mended, or until its input says that it is paid.</summary>
    public Task StartWorkerAsync(string queue) => StartAsync(
        "worker-" + queue,
        builder => builder.AddFlowWorker(worker => worker.MapError<InvalidOperationException>("Card.Declined").AddHandler<JsonElement, JsonElement>("charge", ChargeAsync, queue)),
        _ => Task.CompletedTask);

    /// <summary>Registers a workflow of one node, and runs it to its end.</summary>
    public async Task<RunDetails> RunToEndAsync(string workflow, string resource = "flow:charge", string input = "{}", string retry = "")
    {
        var id = await BeginAsync(workflow, resource, input, retry);
        return await Orchestrator.WaitForRunAsync(id, Patience.Limit);
    }

    public async Task<Guid> BeginAsync(string workflow, string resource, string input = "{}", string retry = "")
    {
        await Orchestrator.RegisterWorkflowAsync(workflow, DefinitionText.Json($$$$"""{"StartAt": "Charge", "States": {"Charge": {"Type": "Task", "Resource": "{{{{resource}}}}", {{{{retry}}}} "End": true}}}"""));
        return (await Orchestrator.StartRunAsync(new StartRunRequest { Workflow = workflow, Input = JsonElement.Parse(input) })).RunId;
    }

    /// <summary>Waits until so many letters are as the filter says.</summary>
    public async Task<IReadOnlyList<DeadLetter>> UntilAsync(DeadLetterFilter filter, int count = 1, Func<DeadLetter, bool>? isSo = null)
    {
        IReadOnlyList<DeadLetter> seen = [];
        await MonitorApp.UntilAsync(
            async () =>
            {
                seen = (await Letters.ListDeadLettersAsync(filter, 500)).Items;
                return JsonSerializer.Serialize(seen);
            },
            _ => seen.Count == count && seen.All(isSo ?? (_ => true)));
        return seen;
    }

    /// <summary>Waits until an act has ended.</summary>
    public async Task<DeadLetterAct> EndAsync(DeadLetterAct act)
    {
        await MonitorApp.UntilAsync(async () => act = await Letters.GetDeadLetterActAsync(act.Id), a => a.Status != DeadLetterActStatus.Running);
        return act;
    }

    /// <summary>Ends the monitor of this process, so that another can take its place.</summary>
    public async Task StopMonitorAsync()
    {
        await Monitor.DisposeAsync();
        _isMonitored = false;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in Enumerable.Reverse(_apps))
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        if (_isMonitored)
            await Monitor.DisposeAsync();
    }

    private Task<JsonElement> ChargeAsync(JsonElement input, NodeContext context) =>
        IsMended || (input.TryGetProperty("paid", out var paid) && paid.GetBoolean())
            ? Task.FromResult(JsonElement.Parse("{\"charged\": true}"))
            : throw new InvalidOperationException($"Card {Guid.NewGuid()} was declined.");

    private async Task StartAsync(string service, Action<WebApplicationBuilder> add, Func<WebApplication, Task> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddFlowDefaults(service);
        add(builder);
        var app = builder.Build();
        LogContext.ConfigureCurrentLogContext(app.Services.GetRequiredService<ILoggerFactory>());
        _apps.Add(app);
        await map(app);
        await app.StartAsync();
    }
}
