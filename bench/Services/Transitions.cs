using System.Diagnostics;
using System.Text.Json;
using Flow.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Bench.Services;

/// <summary>
/// Transitions of a saga per second, at so many messages in flight: with a commit for each message, with shared commits, and without persistence. Each transition consumes a message,
/// changes one of 1,000 sagas and publishes a message to a durable queue. The client is in the same process.
/// </summary>
internal sealed class Transitions(Uri rabbitMq, string postgres)
{
    private const int Sagas = 1_000;
    private const int Most = 8_000;

    /// <summary>Each way is measured so many times, in turns, and its median taken: the machine is not the same from one minute to the next.</summary>
    private const int Rounds = 5;

    private static readonly string[] Ways = ["one_transaction_each", "shared_commits", "no_persistence"];

    public async Task RunAsync()
    {
        foreach (var inFlight in new[] { 1, 16, 64 })
        {
            var rates = Ways.ToDictionary(way => way, _ => new List<double>(), StringComparer.Ordinal);
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var way in Ways)
                    rates[way].Add(await MeasureAsync(way, inFlight, inFlight == 1 ? Most / 8 : Most));
            }

            foreach (var way in Ways)
            {
                var (perSecond, ratio) = (Median(rates[way]), Median(rates[way]) / Median(rates[Ways[0]]));
                Console.WriteLine(JsonSerializer.Serialize(new { workload = "transitions", way, in_flight = inFlight, per_s = Math.Round(perSecond), ratio = Math.Round(ratio, 2) }));
            }
        }
    }

    private static double Median(List<double> rates) => rates.Order().ElementAt(rates.Count / 2);

    private async Task<double> MeasureAsync(string way, int inFlight, int transitions)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<Progress>();
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddDbContextPool<CounterContext>(options => options.UseFlowDatabase($"{postgres};Database=flow_bench_transitions"));
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
        await SendAsync(host, counters, Math.Max(Sagas, transitions / 2), inFlight);
        var clock = Stopwatch.StartNew();
        await SendAsync(host, counters, transitions, inFlight);
        var seconds = clock.Elapsed.TotalSeconds;
        await host.StopAsync();
        return transitions / seconds;
    }

    private void Configure(IBusRegistrationConfigurator bus, string way, int inFlight)
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
            broker.Host(rabbitMq);
            broker.ReceiveEndpoint("flow-bench-counter", endpoint =>
            {
                endpoint.SetQuorumQueue();
                (endpoint.ConcurrentMessageLimit, endpoint.PrefetchCount) = (inFlight, inFlight);
                if (persists)
                    endpoint.UseEntityFrameworkOutbox<CounterContext>(context);
                else
                    endpoint.UseInMemoryOutbox(context);
                endpoint.ConfigureSaga<Counter>(context);
            });
            // What is published lands in a queue.
            broker.DeployPublishTopology = true;
            broker.Publish<Stepped>(topology => topology.BindQueue("flow-bench-stepped", "flow-bench-stepped", queue => queue.SetQueueArgument("x-max-length", 1_000)));
        });
    }

    private static async Task SendAsync(IHost host, Guid[] counters, int transitions, int inFlight)
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
}
