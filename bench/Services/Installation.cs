using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Flow.Bench.Services;

/// <summary>Real processes on the servers that bench/run.sh started, and what they and the servers use.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private static readonly string Root = Required("FLOW_BENCH_ROOT");
    private readonly List<(string Name, Process Process)> _processes = [];
    private readonly HashSet<Uri> _services = [];
    private readonly HttpClient _http = new();

    public Dictionary<string, string?> Settings { get; } = new(StringComparer.Ordinal)
    {
        ["Flow:Transport"] = "RabbitMq",
        ["ConnectionStrings:RabbitMq"] = Required("FLOW_BENCH_RABBITMQ"),
        ["ConnectionStrings:Flow"] = Required("FLOW_BENCH_POSTGRES"),
        ["Logging:LogLevel:Default"] = "Warning",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "None",
    };

    public NpgsqlDataSource Database { get; } = NpgsqlDataSource.Create(Required("FLOW_BENCH_POSTGRES"));

    private Uri Orchestrator { get; } = new($"http://127.0.0.1:{FreePort()}");

    /// <summary>Migrates the database and starts orchestrator and worker.</summary>
    public async Task StartFlowAsync()
    {
        using var migrate = Launch("cli/bin/Release/net10.0/flow.dll", "db", "migrate");
        await migrate.WaitForExitAsync();
        if (migrate.ExitCode != 0)
            throw new InvalidOperationException($"flow db migrate ended with {migrate.ExitCode}.");
        await StartServiceAsync("orchestrator", "services/orchestrator/bin/Release/net10.0/Flow.Orchestrator.dll", Orchestrator);
        await StartServiceAsync("worker", "services/worker/bin/Release/net10.0/Flow.StockWorker.dll", new($"http://127.0.0.1:{FreePort()}"));
    }

    /// <summary>Starts orchestrator, worker and monitor; on SQLite as one process, <c>flow dev</c>.</summary>
    public async Task StartAllAsync()
    {
        if (Settings["Flow:Transport"] == "Sqlite")
        {
            var file = Settings["ConnectionStrings:Flow"]!.Split('=')[1];
            await StartServiceAsync("flow dev", "cli/bin/Release/net10.0/flow.dll", Orchestrator, "dev", "--db", file, "--port", $"{Orchestrator.Port}", "--monitor-port", "0");
            return;
        }

        await StartFlowAsync();
        await StartServiceAsync("monitor", "services/monitor/bin/Release/net10.0/Flow.Monitor.dll", new($"http://127.0.0.1:{FreePort()}"));
    }

    /// <summary>Starts a process that is ready when it says so on standard output.</summary>
    public async Task StartAsync(string name, string assembly, params string[] arguments)
    {
        var process = Launch(assembly, arguments);
        _processes.Add((name, process));
        if (await process.StandardOutput.ReadLineAsync() != "ready")
            throw new InvalidOperationException($"{name} did not start.");
    }

    public async Task StopAsync(params string[] names)
    {
        foreach (var (name, process) in _processes.Where(p => names.Contains(p.Name)).ToList())
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            _processes.RemoveAll(p => p.Name == name);
        }
    }

    /// <summary>Kills the orchestrator and starts it again.</summary>
    public Task StartOrchestratorAsync() => StartServiceAsync("orchestrator", "services/orchestrator/bin/Release/net10.0/Flow.Orchestrator.dll", Orchestrator);

    public async Task RegisterAsync(string workflow, string definition)
    {
        using var body = new StringContent(definition, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri(Orchestrator, $"/v1/workflows/{workflow}"), body);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Starts a run over HTTP.</summary>
    public async Task StartRunAsync(string workflow, JsonElement input)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(Orchestrator, "/v1/runs"), new { workflow, input });
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>How many runs of a workflow have succeeded.</summary>
    public async Task<long> CountSucceededAsync(string workflow) =>
        (await _http.GetFromJsonAsync<JsonElement>(new Uri(Orchestrator, $"/v1/runs/count?workflow={workflow}&status=Succeeded"))).GetProperty("count").GetInt64();

    /// <summary>Calls of AWS that the services have made.</summary>
    public async Task<double> CountAwsCallsAsync()
    {
        var calls = 0.0;
        foreach (var service in _services)
        {
            var metrics = await _http.GetStringAsync(new Uri(service, "/metrics"));
            calls += metrics.Split('\n').Where(line => line.StartsWith("flow_aws_requests", StringComparison.Ordinal)).Sum(line => double.Parse(line.Split("} ")[1].Split(' ')[0], CultureInfo.InvariantCulture));
        }

        return calls;
    }

    /// <summary>What every process and both servers have used so far.</summary>
    public Dictionary<string, (double CpuMs, double RssMb)> Measure()
    {
        var roots = _processes.ToDictionary(p => p.Name, p => p.Process.Id, StringComparer.Ordinal);
        roots["rabbitmq"] = int.Parse(Required("FLOW_BENCH_RABBITMQ_PID"), CultureInfo.InvariantCulture);
        roots["postgres"] = int.Parse(Required("FLOW_BENCH_POSTGRES_PID"), CultureInfo.InvariantCulture);
        return roots.ToDictionary(r => r.Key, r => ProcessTree.Measure(r.Value), StringComparer.Ordinal);
    }

    /// <summary>Most resident memory of Flow's own processes since <see cref="ForgetPeaks"/>, in MiB.</summary>
    public Dictionary<string, double> Peaks() => _processes.ToDictionary(p => p.Name, p => ProcessTree.Peak(p.Process.Id), StringComparer.Ordinal);

    public void ForgetPeaks()
    {
        foreach (var (_, process) in _processes)
            ProcessTree.ForgetPeak(process.Id);
    }

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        command.CommandTimeout = 0;
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync([.. _processes.Select(p => p.Name)]);
        await Database.DisposeAsync();
        _http.Dispose();
    }

    internal static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set; start this through bench/run.sh services.");

    private static int FreePort()
    {
        using var socket = new TcpListener(System.Net.IPAddress.Loopback, 0);
        socket.Start();
        return ((System.Net.IPEndPoint)socket.LocalEndpoint).Port;
    }

    private async Task StartServiceAsync(string name, string assembly, Uri url, params string[] arguments)
    {
        Settings["ASPNETCORE_URLS"] = url.ToString();
        _services.Add(url);
        var process = Launch(assembly, arguments);
        _processes.Add((name, process));
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        while (true)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"{name} ended with {process.ExitCode}.");
            try
            {
                using var answer = await _http.GetAsync(new Uri(url, "/health/ready"));
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
        }
    }

    private Process Launch(string assembly, params string[] arguments)
    {
        var path = Path.Combine(Root, assembly);
        var start = new ProcessStartInfo("dotnet", [path, .. arguments]) { WorkingDirectory = Path.GetDirectoryName(path), RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (key, value) in Settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        return Process.Start(start)!;
    }
}
