using System.Diagnostics;
using System.Text;
using Npgsql;
using RabbitMQ.Client;

namespace Flow.Monitor.Tests.DeadLetters;

/// <summary>The monitor as a process of its own, ended as a power cut ends it.</summary>
public sealed class KilledDrainTests
{
    private const string Aside = "flow-start-run_error";

    /// <summary>Class and method of basic.ack in AMQP.</summary>
    private static readonly byte[] Acknowledgement = [0, 60, 0, 80];

    // capability 111, capability 115
    [Fact]
    public async Task A_monitor_killed_after_its_commit_and_before_its_acknowledgement_loses_and_doubles_nothing()
    {
        var database = await Servers.PostgresAsync();
        var broker = new Uri(await Servers.RabbitMqAsync());
        using var relay = new Relay(broker.Host, broker.Port);
        var held = false;
        relay.StopsSent = bytes => held |= bytes.Span.IndexOf(Acknowledgement) >= 0;
        relay.Open();
        try
        {
            using (var first = Start(database, new UriBuilder(broker) { Host = "127.0.0.1", Port = relay.Port }.Uri))
            {
                await MonitorApp.UntilAsync(() => DepthAsync(broker), depth => depth == 0);
                await PublishAsync(broker, [.. Enumerable.Range(0, 10)]);
                await MonitorApp.UntilAsync(() => CountAsync(database), count => count > 0);
                await MonitorApp.UntilAsync(() => Task.FromResult(held), wasHeld => wasHeld);
                first.Kill();
                await first.WaitForExitAsync();
            }

            relay.Cut();
            await MonitorApp.UntilAsync(() => DepthAsync(broker), depth => depth == 10);
            using var second = Start(database, broker);
            await MonitorApp.UntilAsync(() => DepthAsync(broker), depth => depth == 0);
            // A batch is acknowledged before the next is taken: so when the second of these is stored, all before it are acknowledged.
            for (var later = 10; later < 12; later++)
            {
                await PublishAsync(broker, later);
                await MonitorApp.UntilAsync(() => CountAsync(database), count => count == later + 1);
            }

            second.Kill();
            await second.WaitForExitAsync();
            (await DepthAsync(broker)).ShouldBeLessThanOrEqualTo(1);
            (await CountAsync(database)).ShouldBe(12);
        }
        finally
        {
            await Servers.DropRabbitMqAsync(broker.ToString());
            await Servers.DropAsync(database);
        }
    }

    private static Process Start(string database, Uri broker)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(MonitorOptions).Assembly.Location]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["ConnectionStrings__Flow"] = database;
        start.Environment["ConnectionStrings__RabbitMq"] = broker.ToString();
        start.Environment["Flow__Transport"] = "RabbitMq";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task PublishAsync(Uri broker, params int[] numbers)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        foreach (var number in numbers)
            await channel.BasicPublishAsync("", Aside, mandatory: true, new BasicProperties { MessageId = $"poison-{number}", Persistent = true }, Encoding.UTF8.GetBytes($"poison {number}"));
    }

    /// <summary>Messages that are ready; -1: there is no such queue.</summary>
    private static async Task<long> DepthAsync(Uri broker)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(Aside)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return -1;
        }
    }

    /// <summary>Letters that are committed.</summary>
    private static async Task<long> CountAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM monitor_letters", connection);
        try
        {
            return (long)(await command.ExecuteScalarAsync())!;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return 0;
        }
    }
}
