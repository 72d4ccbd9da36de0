using System.Diagnostics;
using System.Text.Json;

namespace Flow.Bench.Services;

/// <summary>One transport: a bare bus in this process and, where processes can share it, Flow's three services on the database that goes with it.</summary>
internal sealed class Contender : IAsyncDisposable
{
    private readonly BareBus _bus;
    private readonly Installation? _flow;
    private readonly Dictionary<string, long> _ended = new(StringComparer.Ordinal);

    private Contender(string name, BareBus bus, Installation? flow) => (Name, _bus, _flow) = (name, bus, flow);

    public string Name { get; }

    /// <summary>Calls of AWS for a node, of each round of a workload of runs; none on other transports.</summary>
    public Dictionary<string, List<double>> CallsPerNode { get; } = new(StringComparer.Ordinal);

    public static async Task<Contender> StartAsync(string name, string folder)
    {
        var bus = await BareBus.StartAsync(SettingsOf(name, Path.Combine(folder, "bare.db")));
        // Memory is one process's, and the services here are processes.
        var flow = name != "InMemory" ? new Installation() : null;
        var contender = new Contender(name, bus, flow);
        if (flow is null)
            return contender;
        foreach (var (key, value) in SettingsOf(name, Path.Combine(folder, "flow.db")))
            flow.Settings[key] = value;
        await flow.StartAllAsync();
        await flow.RegisterAsync("job", Workloads.Chain(NodesOf("job")));
        await flow.RegisterAsync("chain", Workloads.Chain(NodesOf("chain")));
        return contender;
    }

    /// <summary>How many a second; null: it cannot.</summary>
    public async Task<double?> MeasureAsync(string workload, int count)
    {
        if (workload is "job" or "chain" && _flow is null)
            return null;
        var calls = await CountAwsCallsAsync();
        var watch = Stopwatch.StartNew();
        await (workload switch
        {
            "send" => _bus.SendAsync(count),
            "publish" => _bus.PublishAsync(count),
            "request" => _bus.RequestAsync(count),
            _ => RunAsync(workload, count),
        });
        var rate = count / watch.Elapsed.TotalSeconds;
        if (workload is "job" or "chain" && await CountAwsCallsAsync() - calls is > 0 and var made)
            (CallsPerNode.TryGetValue(workload, out var rounds) ? rounds : CallsPerNode[workload] = []).Add(made / (count * NodesOf(workload)));
        return rate;
    }

    public async ValueTask DisposeAsync()
    {
        if (_flow is not null)
            await _flow.DisposeAsync();
        await _bus.DisposeAsync();
    }

    /// <summary>What a process needs to use the transport; the databases of the transports are each one's own.</summary>
    private static Dictionary<string, string?> SettingsOf(string name, string file)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Flow:Transport"] = name,
            ["ConnectionStrings:Flow"] = $"{Installation.Required("FLOW_BENCH_POSTGRES").Split(";Database=")[0]};Database=flow_bench_{name.ToLowerInvariant()}",
        };
        var (key, value) = name switch
        {
            "Sqlite" => ("ConnectionStrings:Flow", $"Data Source={file}"),
            "RabbitMq" => ("ConnectionStrings:RabbitMq", Installation.Required("FLOW_BENCH_RABBITMQ")),
            "Postgres" => ("ConnectionStrings:Queue", $"{Installation.Required("FLOW_BENCH_POSTGRES").Split(";Database=")[0]};Database=postgres"),
            "Redis" => ("ConnectionStrings:Redis", Installation.Required("FLOW_BENCH_REDIS")),
            "AmazonSqs" => ("Flow:AmazonSqs:ServiceUrl", Installation.Required("FLOW_BENCH_SQS")),
            _ => ("Flow:Transport", name),
        };
        settings[key] = value;
        if (name == "AmazonSqs")
            settings["Flow:AmazonSqs:Region"] = "us-east-1";
        return settings;
    }

    private Task<double> CountAwsCallsAsync() => Name == "AmazonSqs" ? _flow!.CountAwsCallsAsync() : Task.FromResult(0.0);

    private static int NodesOf(string workflow) => workflow == "chain" ? 5 : 1;

    /// <summary>Starts runs over HTTP, 16 calls at a time, until all have succeeded.</summary>
    private async Task RunAsync(string workflow, int count)
    {
        var input = JsonSerializer.SerializeToElement(new { id = 1 });
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = _bus.Stopping }, async (_, _) => await _flow!.StartRunAsync(workflow, input));
        var expected = _ended[workflow] = _ended.GetValueOrDefault(workflow) + count;
        var patience = Stopwatch.StartNew();
        while (await _flow!.CountSucceededAsync(workflow) < expected)
        {
            if (patience.Elapsed > TimeSpan.FromMinutes(5))
                throw new TimeoutException($"Not all {expected} runs of '{workflow}' on {Name} succeeded within 5 minutes.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, _bus.Stopping);
        }
    }
}
