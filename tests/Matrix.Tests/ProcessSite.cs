using System.Text.Json;
using Flow.Client;
using Flow.Transports.Tests.Brokers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Matrix.Tests;

/// <summary>Flow on one transport as real processes: an orchestrator and two stock workers; or <c>flow dev</c>, where one process has everything.</summary>
internal sealed class ProcessSite : IAsyncDisposable
{
    private readonly List<FlowProcess> _processes = [];
    private readonly Place _place;

    private ProcessSite(Place place) => _place = place;

    public IFlowClient Client { get; private set; } = null!;

    /// <summary>Starts one on a broker that is disposed with it.</summary>
    public static async Task<ProcessSite> StartAsync(TestBroker broker, params (string Key, string Value)[] settings)
    {
        var site = new ProcessSite(await Place.CreateAsync(broker));
        foreach (var (key, value) in settings.Append(("Flow:Worker:Concurrency", "4")))
            site._place.Settings[key] = value;
        try
        {
            await (site.IsOneProcess ? site.StartAllInOneAsync() : site.StartServicesAsync());
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills a worker (SIGKILL); the other goes on. A process that has everything is started again.</summary>
    public async Task KillWorkerAsync()
    {
        await _processes[^1].KillAsync();
        if (IsOneProcess)
            await StartAllInOneAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        await _place.DisposeAsync();
    }

    private bool IsOneProcess => _place.WhyNot(Capability.SeveralProcesses) is not null;

    private async Task StartServicesAsync()
    {
        var migration = Start("cli", "flow", "db", "migrate");
        await migration.ExitedAsync();
        migration.ExitCode.ShouldBe(0, migration.Output);
        var orchestrator = Start("services/orchestrator", "Flow.Orchestrator");
        var workers = Enumerable.Range(0, 2).Select(_ => Start("services/worker", "Flow.StockWorker")).ToList();
        await Task.WhenAll(workers.Prepend(orchestrator).Select(process => process.ReadyAsync()));
        Client = ClientOf(orchestrator.Url);
    }

    private async Task StartAllInOneAsync()
    {
        var file = new SqliteConnectionStringBuilder(_place.Settings["ConnectionStrings:Flow"]).DataSource;
        var all = Start("cli", "flow", "dev", "--db", file, "--port", "0", "--monitor-port", "0", "-o", "json");
        var greeting = await Waiting.UntilAsync(
            () => $"flow dev to be ready; it wrote:\n{all.Output}", () => Task.FromResult(all.Output.Split('\n').FirstOrDefault(line => line.StartsWith("{\"url\"", StringComparison.Ordinal))), line => line is not null);
        Client = ClientOf(new Uri(JsonElement.Parse(greeting!).GetProperty("url").GetString()!));
    }

    private FlowProcess Start(string folder, string assembly, params string[] arguments)
    {
        var settings = _place.Settings.Select(setting => KeyValuePair.Create(setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value ?? string.Empty));
        var process = FlowProcess.Start(folder, assembly, settings, arguments);
        _processes.Add(process);
        return process;
    }

    private static IFlowClient ClientOf(Uri address) => new ServiceCollection().AddFlowClient(o => o.Address = address).BuildServiceProvider().GetRequiredService<IFlowClient>();
}
