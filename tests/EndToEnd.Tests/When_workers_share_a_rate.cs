using System.Collections.Concurrent;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Flow.EndToEnd.Tests;

/// <summary>Two workers of one rate under load, one of them killed with SIGKILL in the middle, and the orchestrator that gives the permits too.</summary>
public sealed class When_workers_share_a_rate
{
    private const int Items = 120;
    private const double PermitsPerSecond = 20;
    private const int Burst = 5;

    /// <summary>How long after its moment a permit may be used.</summary>
    private const double UseSeconds = 0.5;

    // capability 103
    [Fact]
    public async Task Should_never_begin_more_than_it_allows_whatever_is_killed()
    {
        await using var flow = await Installation.CreateAsync();
        (string, string)[] rate = [("Flow__Worker__Handlers__echo__RateScope", "Shared"), ("Flow__Worker__Handlers__echo__RatePermits", "20"), ("Flow__Worker__Handlers__echo__RateBurst", "5")];
        FlowProcess[] orchestrators = [flow.Orchestrator(), flow.Orchestrator()];
        FlowProcess[] workers = [flow.Worker(rate), flow.Worker(rate)];
        await Task.WhenAll([.. orchestrators.Select(p => p.ReadyAsync()), .. workers.Select(p => p.ReadyAsync())]);
        var starts = new ConcurrentQueue<(DateTimeOffset At, string Worker)>();
        await using var connection = await ListenAsync(flow, starts);
        await flow.RegisterAsync(orchestrators[0], "paced", """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:echo","End":true}}},"End":true}}}
            """);

        await flow.PublishAsync("flow-start-run", JsonSerializer.Serialize(new { workflow = "paced", idempotencyKey = "1", input = new { items = Enumerable.Range(0, Items) } }));
        await BegunAsync(starts, Items / 4);
        await workers[1].KillAsync();
        await BegunAsync(starts, Items / 2);
        await orchestrators[1].KillAsync();
        await Waiting.UntilAsync(
            () => $"the run to end; {starts.Count} items have begun; the worker wrote:\n{workers[0].Output}",
            () => flow.ScalarAsync<long>("SELECT count(*) FROM runs WHERE status = 'Succeeded'"),
            ended => ended == 1);
        await BegunAsync(starts, Items);

        starts.Select(s => s.Worker).Distinct(StringComparer.Ordinal).Count().ShouldBe(2);
        var sorted = starts.Select(s => s.At).Order().ToList();
        var worst = (from first in Enumerable.Range(0, sorted.Count)
                     from last in Enumerable.Range(first + 1, sorted.Count - first - 1)
                     select (sorted[last] - sorted[first]).TotalSeconds - ((last - first - (Burst - 1)) / PermitsPerSecond)).Min();
        TestContext.Current.TestOutputHelper?.WriteLine($"{sorted.Count} starts in {sorted[^1] - sorted[0]}, at the worst {worst:0.000} s against the rate");
        worst.ShouldBeGreaterThanOrEqualTo(-UseSeconds);
    }

    private static Task BegunAsync(ConcurrentQueue<(DateTimeOffset At, string Worker)> starts, int count) =>
        Waiting.UntilAsync($"{count} items to begin", () => Task.FromResult(starts.Count), begun => begun >= count);

    /// <summary>Hears of every item that begins, as any program may.</summary>
    private static async Task<IConnection> ListenAsync(Installation flow, ConcurrentQueue<(DateTimeOffset At, string Worker)> starts)
    {
        var connection = await new ConnectionFactory { Uri = flow.BrokerUri }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, "Flow.Contracts:NodeStarted", "");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var started = JsonDocument.Parse(delivery.Body).RootElement.GetProperty("message");
            starts.Enqueue((started.GetProperty("startedAt").GetDateTimeOffset(), started.GetProperty("workerId").GetString()!));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        return connection;
    }
}
