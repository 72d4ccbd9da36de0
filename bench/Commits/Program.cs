using System.Diagnostics;
using System.Text.Json;
using Flow.Bench.Commits;
using Flow.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Transitions of a saga per second, at so many messages in flight: with shared commits, with a commit for each message, and without persistence; one JSON line each on standard output.
// Arguments: AMQP URI, PostgreSQL connection string without a database. Each transition consumes a message, changes one of 1,000 sagas and publishes a message to a durable queue.
var (rabbit, postgres) = (new Uri(args[0]), args[1]);
const int Sagas = 1_000;
const int Transitions = 4_000;
foreach (var inFlight in new[] { 1, 16, 64 })
{
    double alone = 0;
    foreach (var way in new[] { "one_transaction_each", "shared_commits", "no_persistence" })
    {
        var perSecond = await MeasureAsync(way, inFlight, inFlight == 1 ? Transitions / 4 : Transitions);
        alone = way == "one_transaction_each" ? perSecond : alone;
        Console.WriteLine(JsonSerializer.Serialize(new { workload = "transitions", way, in_flight = inFlight, per_s = Math.Round(perSecond), ratio = Math.Round(perSecond / alone, 2) }));
    }
}

async Task<double> MeasureAsync(string way, int inFlight, int transitions)
{
    var builder = Host.CreateEmptyApplicationBuilder(null);
    builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error);
    builder.Services.AddSingleton<Progress>();
    builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
    builder.Services.AddDbContextPool<CounterContext>(options => options.UseFlowDatabase($"{postgres};Database=flow_bench_commits"));
    builder.Services.AddMassTransit(bus => Configure(bus, way, inFlight));
    using var host = builder.Build();
    await using (var scope = host.Services.CreateAsyncScope())
    {
        var database = scope.ServiceProvider.GetRequiredService<CounterContext>().Database;
        await database.EnsureDeletedAsync();
        await database.EnsureCreatedAsync();
    }

    await host.StartAsync();
    var counters = Enumerable.Range(0, Sagas).Select(_ => NewId.NextSequentialGuid()).ToArray();
    await RunAsync(host, counters, Math.Max(Sagas, transitions / 2), inFlight);
    var clock = Stopwatch.StartNew();
    await RunAsync(host, counters, transitions, inFlight);
    var seconds = clock.Elapsed.TotalSeconds;
    await host.StopAsync();
    return transitions / seconds;
}

void Configure(IBusRegistrationConfigurator bus, string way, int inFlight)
{
    bus.DisableUsageTelemetry();
    var persists = way != "no_persistence";
    if (persists)
    {
        bus.AddEntityFrameworkOutbox<CounterContext>(outbox =>
        {
            if (way == "one_transaction_each")
                outbox.DisableSharedCommits();
        });
    }

    var saga = bus.AddSagaStateMachine<CounterMachine, Counter>();
    if (persists)
        saga.EntityFrameworkRepository(repository => repository.ExistingDbContext<CounterContext>());
    else
        saga.InMemoryRepository();
    bus.UsingRabbitMq((context, broker) =>
    {
        broker.Host(rabbit);
        broker.ReceiveEndpoint("flow-bench-counter", endpoint =>
        {
            endpoint.SetQuorumQueue();
            endpoint.ConcurrentMessageLimit = inFlight;
            endpoint.PrefetchCount = inFlight;
            if (persists)
                endpoint.UseEntityFrameworkOutbox<CounterContext>(context);
            else
                endpoint.UseInMemoryOutbox(context);
            endpoint.ConfigureSaga<Counter>(context);
        });
        // What is published lands in a queue and stays there.
        broker.DeployPublishTopology = true;
        broker.Publish<Stepped>(topology => topology.BindQueue("flow-bench-stepped", "flow-bench-stepped", queue => queue.SetQueueArgument("x-max-length", 1_000)));
    });
}

// As many messages are on their way as are handled at once, and a few more.
static async Task RunAsync(IHost host, Guid[] counters, int transitions, int inFlight)
{
    var progress = host.Services.GetRequiredService<Progress>();
    progress.Expect(transitions);
    var endpoint = await host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("exchange:flow-bench-counter"));
    await Parallel.ForEachAsync(
        Enumerable.Range(0, transitions),
        new ParallelOptions { MaxDegreeOfParallelism = Math.Max(4, inFlight / 4) },
        async (n, cancellationToken) => await endpoint.Send(new Step(counters[n % counters.Length]), cancellationToken));
    await progress.Reached;
}
