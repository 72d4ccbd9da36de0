using System.Net;
using Flow.Contracts;
using Flow.Monitor.Projections;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Monitor.Tests;

/// <summary>The monitor behind a real RabbitMQ, on a real PostgreSQL.</summary>
public sealed class BusTests
{
    // capability 47, capability 130, capability 139
    [Fact]
    public async Task What_is_published_reaches_tables_and_metrics_exactly_once_and_survives_a_restart()
    {
        var database = await Servers.PostgresAsync();
        var broker = await Servers.RabbitMqAsync();
        try
        {
            var now = TimeProvider.System.GetUtcNow();
            var told = Enumerable.Range(0, 60).SelectMany(seed => Sample.Run(seed, now.AddMinutes(-10))).ToList();
            var expected = new ProjectionState();
            foreach (var message in told)
                Projector.Apply(expected, message, now);
            var delivered = Sample.Disorder([.. told, Sample.Rejection("ghost", now), Sample.DeadLetter(Guid.NewGuid(), now), Sample.Heartbeat("worker-0", now, 600)], 3);

            await using (var first = await MonitorApp.StartAsync(database, broker))
                await PublishAsync(first, delivered.Take(delivered.Count / 2));

            // What the first had not finished when it stopped is still in its queue.
            await using var app = await MonitorApp.StartAsync(database, broker);
            await PublishAsync(app, delivered.Skip(delivered.Count / 2));
            await MonitorApp.UntilAsync(
                async () => (Transitions: await app.ReadAsync(db => db.Transitions.CountAsync()), Facts: await app.ReadAsync(db => db.Facts.CountAsync())),
                seen => seen == (expected.Transitions.Count, expected.Facts.Count));
            await MonitorApp.UntilAsync(() => app.ReadAsync(db => db.Workers.CountAsync()), count => count == 1);
            await MonitorApp.UntilAsync(() => app.ReadAsync(db => db.Attempts.CountAsync(a => a.StartedAt != null)), count => count == expected.Attempts.Count);

            // Read as Prometheus does, with the figures that the process refreshes by itself.
            await MonitorApp.UntilAsync(
                () => app.Http.GetStringAsync("/metrics"),
                text => expected.Counters.Values.Where(c => c.Name.StartsWith("runs.", StringComparison.Ordinal))
                    .All(c => text.Contains($"flow_{c.Name.Replace('.', '_')}_total{{workflow=\"{c.Workflow}\"}} {c.Value}\n", StringComparison.Ordinal)));
            var metrics = await app.Http.GetStringAsync("/metrics");
            metrics.ShouldContain("flow_workers{state=\"alive\"} 1\n");
            metrics.ShouldContain("flow_dead_letters{workflow=\"workflow-0\"} 1\n");
            metrics.ShouldContain("flow_run_duration_seconds_bucket{");
            metrics.ShouldContain("flow_monitor_event_lag_seconds ");
            metrics.ShouldContain("dotnet_gc_collections_total");
            await Promtool.ShouldAcceptAsync(metrics);
        }
        finally
        {
            await Servers.DropRabbitMqAsync(broker);
            await Servers.DropAsync(database);
        }
    }

    // capability 145
    [Fact]
    public async Task It_is_ready_with_both_servers_and_not_ready_without_its_database()
    {
        var database = await Servers.PostgresAsync();
        var broker = await Servers.RabbitMqAsync();
        try
        {
            await using var app = await MonitorApp.StartAsync(database, broker);
            await MonitorApp.UntilAsync(async () => (await app.Http.GetAsync("/health/ready")).StatusCode, status => status == HttpStatusCode.OK);

            await Servers.DropAsync(database);
            await MonitorApp.UntilAsync(async () => (await app.Http.GetAsync("/health/ready")).StatusCode, status => status == HttpStatusCode.ServiceUnavailable);
            var body = await (await app.Http.GetAsync("/health/ready")).Content.ReadAsStringAsync();
            body.ShouldContain("\"name\":\"database\",\"status\":\"Unhealthy\",\"message\":\"The database does not answer");
            (await app.Http.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            await Servers.DropRabbitMqAsync(broker);
            await Servers.DropAsync(database);
        }
    }

    // capability 145
    [Fact]
    public async Task It_is_not_ready_when_the_broker_throws_it_out()
    {
        var broker = await Servers.RabbitMqAsync();
        await using var app = await MonitorApp.StartAsync(Servers.Sqlite(), broker);
        await MonitorApp.UntilAsync(async () => (await app.Http.GetAsync("/health/ready")).StatusCode, status => status == HttpStatusCode.OK);
        await Servers.DropRabbitMqAsync(broker);
        await MonitorApp.UntilAsync(async () => (await app.Http.GetAsync("/health/ready")).StatusCode, status => status == HttpStatusCode.ServiceUnavailable);
        (await app.Http.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK, "what is known can still be seen");
    }

    private static Task PublishAsync(MonitorApp app, IEnumerable<object> messages) =>
        Task.WhenAll(messages.Select(message => app.Services.GetRequiredService<IBus>().Publish(message, message.GetType())));
}
