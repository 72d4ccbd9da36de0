using System.Diagnostics;
using System.Text.Json;
using Flow.Contracts;
using Flow.Transports;
using Flow.Worker;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flow.Bench.Services;

/// <summary>
/// What the worker SDK costs an item: a worker of Flow and a bare consumer of MassTransit that answer the same items with the same bytes, each a process of its own on the same broker, in turns, so that what
/// else the machine does falls on both. The worker's cost includes what it tells beside its answer: that an item has begun, and its heartbeats.
/// </summary>
internal sealed class WorkerOverhead : IConsumer<NodeSucceeded>, IDisposable
{
    private const string Sdk = "sdk";
    private const string Bare = "bare";
    private const string AnswerQueue = "bench-sdk-answers";
    private const int Concurrency = 16;
    private const int InFlight = 64;
    private const int Rounds = 7;

    private readonly SemaphoreSlim _free = new(InFlight);
    private TaskCompletionSource _done = new();
    private int _left;

    /// <summary>Measures both; or serves one of them, until the process is killed.</summary>
    public static Task RunAsync(string[] served) => served is [var way] ? ServeAsync(way) : MeasureAsync();

    private static async Task ServeAsync(string way)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddEnvironmentVariables();
        if (way == Sdk)
            builder.AddFlowWorker(worker => worker.AddHandler("echo", (JsonElement input, NodeContext _) => Task.FromResult(input), queue: Sdk));
        else
            builder.Services.AddFlowBus(builder.Configuration, bus => bus.AddConsumer<Echo, Quiet>().Endpoint(e => (e.Name, e.ConcurrentMessageLimit, e.PrefetchCount) = (QueueNames.ForWork(Bare), Concurrency, Concurrency)));
        using var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(30));
        Console.WriteLine("ready");
        await host.WaitForShutdownAsync();
    }

    private static async Task MeasureAsync()
    {
        const string Bench = "bench/bin/Release/net10.0/Flow.Bench.dll";
        await using var installation = new Installation();
        installation.Settings["Flow:Worker:Concurrency"] = Concurrency.ToString();
        await installation.StartAsync(Sdk, Bench, "sdk", Sdk);
        await installation.StartAsync(Bare, Bench, "sdk", Bare);
        using var client = new WorkerOverhead();
        using var host = await client.ConnectAsync(installation.Settings);
        var bus = host.Services.GetRequiredService<IBus>();
        var items = Math.Max(100, (int)(5_000 * Workloads.Scale));
        var measured = new Dictionary<string, List<(double PerSecond, double CpuMs)>>(StringComparer.Ordinal) { [Sdk] = [], [Bare] = [] };
        foreach (var round in Enumerable.Range(0, Rounds + 1))
        {
            foreach (var way in round % 2 == 0 ? new[] { Sdk, Bare } : [Bare, Sdk])
            {
                var before = installation.Measure()[way].CpuMs;
                var watch = Stopwatch.StartNew();
                await client.SendAsync(bus, way, items);
                var result = (PerSecond: items / watch.Elapsed.TotalSeconds, CpuMs: (installation.Measure()[way].CpuMs - before) / items);
                // The first round warms up.
                if (round > 0)
                    measured[way].Add(result);
            }
        }

        foreach (var (way, rounds) in measured)
            Workloads.Line(new() { ["workload"] = $"sdk {way}", ["n"] = items * Rounds, ["items_per_s"] = Median(rounds, r => r.PerSecond), ["cpu_ms_per_item"] = Median(rounds, r => r.CpuMs) });
        Workloads.Line(new()
        {
            ["workload"] = "sdk ratio",
            ["cpu"] = Workloads.Round(Median(measured[Sdk], r => r.CpuMs) / Median(measured[Bare], r => r.CpuMs)),
            ["items_per_s"] = Workloads.Round(Median(measured[Sdk], r => r.PerSecond) / Median(measured[Bare], r => r.PerSecond)),
        });
        await host.StopAsync();
    }

    public Task Consume(ConsumeContext<NodeSucceeded> context)
    {
        _free.Release();
        if (Interlocked.Decrement(ref _left) == 0)
            _done.SetResult();
        return Task.CompletedTask;
    }

    public void Dispose() => _free.Dispose();

    private static double Median(List<(double PerSecond, double CpuMs)> rounds, Func<(double PerSecond, double CpuMs), double> value) => Math.Round(rounds.Select(value).Order().ElementAt(rounds.Count / 2), 3);

    private async Task<IHost> ConnectAsync(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton(this);
        builder.Services.AddFlowBus(builder.Configuration, bus => bus.AddConsumer<WorkerOverhead>().Endpoint(e => (e.Name, e.PrefetchCount, e.ConfigureConsumeTopology) = (AnswerQueue, 256, false)));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private async Task SendAsync(IBus bus, string way, int items)
    {
        (_done, _left) = (new(TaskCreationOptions.RunContinuationsAsynchronously), items);
        var endpoint = await bus.GetSendEndpoint(WorkQueues.Address(way, Priority.Default));
        var input = JsonSerializer.SerializeToElement(new { id = 7, name = "an order", lines = Enumerable.Range(0, 10) });
        for (var i = 0; i < items; i++)
        {
            await _free.WaitAsync();
            _ = endpoint.Send(Item(input), send => send.ResponseAddress = new Uri(bus.Address, AnswerQueue));
        }

        await _done.Task.WaitAsync(TimeSpan.FromMinutes(5));
    }

    private static NodeWorkItem Item(JsonElement input) => new()
    {
        RunId = Guid.CreateVersion7(),
        ScopeId = Guid.CreateVersion7(),
        Workflow = "sdk",
        Version = 1,
        Node = "Echo",
        Resource = "flow:echo",
        Handler = "echo",
        Token = Guid.CreateVersion7(),
        Attempt = 1,
        Input = input,
        ScheduledAt = TimeProvider.System.GetUtcNow(),
    };

    private sealed class Quiet : ConsumerDefinition<Echo>
    {
        protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<Echo> consumerConfigurator, IRegistrationContext context) => endpointConfigurator.AsWorkQueue();
    }

    private sealed class Echo : IConsumer<NodeWorkItem>
    {
        public Task Consume(ConsumeContext<NodeWorkItem> context) => context.Send(context.ResponseAddress!, new NodeSucceeded
        {
            RunId = context.Message.RunId,
            ScopeId = context.Message.ScopeId,
            Token = context.Message.Token,
            Output = context.Message.Input,
            WorkerId = Bare,
        });
    }
}
