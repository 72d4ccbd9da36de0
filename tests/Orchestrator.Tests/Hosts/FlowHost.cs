using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Flow.Hosting;
using Flow.Orchestrator.Storage;
using Flow.Persistence;
using Flow.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Orchestrator.Tests.Hosts;

/// <summary>A real orchestrator and a real worker, each a host of its own, in this process.</summary>
public sealed class FlowHost : IAsyncDisposable
{
    private readonly WebApplication _orchestrator;
    private readonly IHost _worker;

    private FlowHost(WebApplication orchestrator, IHost worker)
    {
        _orchestrator = orchestrator;
        _worker = worker;
        Http = new HttpClient { BaseAddress = new Uri(orchestrator.Urls.First()) };
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => _orchestrator.Services;

    public static async Task<FlowHost> StartAsync(IReadOnlyDictionary<string, string?> settings, Action<FlowWorkerBuilder> handlers)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.AddFlowDefaults("orchestrator");
        builder.AddOrchestrator();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var orchestrator = builder.Build();
        orchestrator.MapFlowDefaults();
        orchestrator.MapOrchestrator();
        await orchestrator.Services.GetRequiredService<IDatabaseMigrator>().MigrateAsync<OrchestratorDbContext>();
        await orchestrator.StartAsync();

        var worker = Host.CreateApplicationBuilder();
        worker.Configuration.AddInMemoryCollection(settings);
        worker.AddFlowWorker(handlers);
        worker.Logging.SetMinimumLevel(LogLevel.Warning);
        var host = worker.Build();
        await host.StartAsync();
        return new FlowHost(orchestrator, host);
    }

    public async Task RegisterAsync(string name, string definition)
    {
        using var body = new StringContent(definition, Encoding.UTF8, "application/json");
        var answer = await Http.PostAsync($"/v1/workflows/{name}", body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Starts a run and gives its id.</summary>
    public async Task<Guid> StartRunAsync(string workflow, object? input = null, Action<Dictionary<string, object?>>? more = null)
    {
        var body = new Dictionary<string, object?> { ["workflow"] = workflow, ["input"] = input ?? new { } };
        more?.Invoke(body);
        var answer = await Http.PostAsJsonAsync("/v1/runs", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<RunSummary>(JsonSerializerOptions.Web))!.RunId;
    }

    /// <summary>The run, once it has ended.</summary>
    public async Task<RunDetails> EndedAsync(Guid runId)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            var details = (await Http.GetFromJsonAsync<RunDetails>($"/v1/runs/{runId}/wait?timeoutSeconds=60", JsonSerializerOptions.Web))!;
            if (details.Run.EndedAt is not null)
                return details;
            clock.Elapsed.ShouldBeLessThan(Patience.Limit, $"run {runId} did not end; it is at {details.Run.Node}");
        }
    }

    public async Task<RunDetails> RunAsync(string workflow, object? input = null) => await EndedAsync(await StartRunAsync(workflow, input));

    public async Task<IReadOnlyList<HistoryEntry>> HistoryAsync(Guid runId) =>
        (await Http.GetFromJsonAsync<Page<HistoryEntry>>($"/v1/runs/{runId}/history?limit=500", JsonSerializerOptions.Web))!.Items;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _worker.StopAsync();
        _worker.Dispose();
        await _orchestrator.StopAsync();
        await _orchestrator.DisposeAsync();
    }
}
