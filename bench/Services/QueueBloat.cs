using System.Globalization;
using System.Text.Json;
using Flow.Contracts;
using Flow.Transports;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Flow.Bench.Services;

/// <summary>What becomes of the tables of PostgreSQL's queues when messages are sent and handled at a steady rate: one line a minute.</summary>
internal sealed class QueueBloat
{
    private const string Queue = "flow-work-bloat";
    private const int Ticks = 50;
    private static readonly int Rate = int.Parse(Environment.GetEnvironmentVariable("FLOW_BENCH_RATE") ?? "300", CultureInfo.InvariantCulture);

    private readonly string _database;
    private int _sent;

    private QueueBloat(string server) => _database = $"{server};Database=postgres";

    public static Task RunAsync(string server, string minutes) => new QueueBloat(server).RunAsync(int.Parse(minutes, CultureInfo.InvariantCulture));

    private async Task RunAsync(int minutes)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection([new("Flow:Transport", "Postgres"), new("ConnectionStrings:Flow", _database)]);
        builder.Services.AddFlowBus(builder.Configuration, bus => bus.AddConsumer<Handled>().Endpoint(endpoint => (endpoint.Name, endpoint.ConcurrentMessageLimit, endpoint.ConfigureConsumeTopology) = (Queue, 16, false)));
        using var host = builder.Build();
        await host.StartAsync();
        var address = await host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"queue:{Queue}"));

        await WriteAsync(0);
        for (var minute = 1; minute <= minutes; minute++)
        {
            await SendAsync(address);
            await WriteAsync(minute);
        }

        await host.StopAsync();
    }

    /// <summary>For a minute; what takes longer than its turn is waited for, so a slow machine sends less.</summary>
    private async Task SendAsync(ISendEndpoint address)
    {
        var item = new NodeWorkItem
        {
            RunId = Guid.NewGuid(),
            ScopeId = Guid.NewGuid(),
            Workflow = "bloat",
            Version = 1,
            Node = "Node",
            Resource = "flow:echo",
            Handler = "echo",
            Token = Guid.NewGuid(),
            Attempt = 1,
            Input = JsonSerializer.SerializeToElement(new { text = new string('x', 500) }),
            ScheduledAt = TimeProvider.System.GetUtcNow(),
        };
        var end = TimeProvider.System.GetTimestamp() + (60 * TimeProvider.System.TimestampFrequency);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / Ticks, TimeProvider.System);
        while (TimeProvider.System.GetTimestamp() < end && await timer.WaitForNextTickAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, Rate / Ticks).Select(_ => address.Send(item)));
            _sent += Rate / Ticks;
        }
    }

    private async Task WriteAsync(int minute)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT pg_table_size(relid) / 1024, pg_relation_size('flow_queue.messages_pkey') / 1024, pg_relation_size('flow_queue.messages_ready') / 1024, pg_indexes_size(relid) / 1024,
              n_dead_tup, autovacuum_count, CASE WHEN n_tup_upd > 0 THEN round(100.0 * n_tup_hot_upd / n_tup_upd, 1) END, (SELECT count(*) FROM flow_queue.messages)
            FROM pg_stat_user_tables WHERE relid = 'flow_queue.messages'::regclass
            """,
            connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        var names = new[] { "table_kib", "primary_key_kib", "ready_index_kib", "all_indexes_kib", "dead_rows", "autovacuums", "hot_percent", "waiting" };
        var line = new Dictionary<string, object> { ["workload"] = "queue-bloat", ["minute"] = minute, ["sent"] = _sent, ["handled"] = Handled.Count };
        for (var column = 0; column < names.Length; column++)
            line[names[column]] = row.GetValue(column) is DBNull ? 0 : row.GetValue(column);
        Workloads.Line(line);
    }

    private sealed class Handled : IConsumer<NodeWorkItem>
    {
        private static int _count;

        public static int Count => _count;

        public Task Consume(ConsumeContext<NodeWorkItem> context)
        {
            Interlocked.Increment(ref _count);
            return Task.CompletedTask;
        }
    }
}
