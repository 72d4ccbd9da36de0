using System.Diagnostics;
using System.Text;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RabbitMQ.Client;

namespace Flow.Persistence.Tests;

/// <summary>What only shows with a broker beside the database.</summary>
public sealed class BrokerTests : DatabaseTests<PostgresDatabase>
{
    [Fact] // capability 56
    public async Task Should_know_a_foreign_message_again_by_the_id_its_sender_gave()
    {
        await using var rabbit = await RabbitHost.CreateAsync();
        await using var node = await Node.StartAsync(Database, settings => settings.Broker = rabbit.Uri);
        await using var connection = await new ConnectionFactory { Uri = rabbit.Uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();

        await PublishAsync("order-7", "seven");
        await PublishAsync("order-7", "seven");
        await PublishAsync("order-8", "eight");
        await Eventually.Holds(async () => await node.CountAsync<Echo>() == 2, "two echoes");
        node.Seen.Attempts("seven").ShouldBe(1);
        // From here on messages that share a commit with the failing one may be handled a second time. Without an id, two orders are two orders: the second fails on the unique text instead of vanishing.
        await PublishAsync(null, "nine");
        await PublishAsync(null, "nine");

        await Eventually.Holds(() => node.Seen.Of<Fault<WriteNote>>().Count == 1, "the fault of the second nine");
        await Eventually.Holds(async () => await node.CountAsync<Echo>() == 3, "three echoes");
        (await node.WithLedgerAsync(ledger => ledger.Notes.Select(note => note.Text).Order().ToListAsync())).ShouldBe(["eight", "nine", "seven"]);

        async Task PublishAsync(string? id, string text)
        {
            var properties = new BasicProperties { ContentType = "application/json", MessageId = id };
            await channel.BasicPublishAsync("", "NoteWriter", mandatory: true, properties, Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}"""));
        }
    }

    [Fact] // capability 55
    public async Task Should_keep_messages_through_an_outage_of_the_broker()
    {
        await using var rabbit = await RabbitHost.CreateAsync();
        using var relay = new Relay(rabbit.Uri.Host, rabbit.Uri.Port);
        relay.Open();
        await using var node = await Node.StartAsync(Database, settings => settings.Broker = new UriBuilder(rabbit.Uri) { Port = relay.Port }.Uri);
        relay.Cut();

        for (var i = 0; i < 20; i++)
        {
            await using var scope = node.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new NoteWritten($"note {i}"));
            await scope.ServiceProvider.GetRequiredService<LedgerContext>().SaveChangesAsync();
        }

        // Somebody has tried and failed by now; nothing counts as the message's own fault.
        await Eventually.Holds(async () => await node.WithLedgerAsync(l => l.Set<OutboxEntry>().AnyAsync(row => row.Error != null)), "a failed attempt");
        (await node.WithLedgerAsync(ledger => ledger.Set<OutboxEntry>().SumAsync(row => row.Attempts))).ShouldBe(0);
        relay.Open();

        await Eventually.Holds(async () => await node.CountAsync<Echo>() == 20, "twenty echoes");
        await Eventually.Holds(async () => await node.CountAsync<OutboxEntry>() == 0, "the outbox is empty");

        // An endpoint that is stopped while it connects may never end; what bounds that in a service is BusStartup.
        var bus = node.Services.GetRequiredService<IBusControl>();
        await Eventually.Holds(() => Task.FromResult(bus.CheckHealth().Status == BusHealthStatus.Healthy), "every endpoint is connected again");
    }

    [Fact] // capability 54
    public async Task Should_finish_everything_after_an_outage_of_the_database()
    {
        var server = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        using var relay = new Relay(server.Host!, server.Port);
        relay.Open();
        (server.Host, server.Port) = ("127.0.0.1", relay.Port);
        await using var node = await Node.StartAsync(Database, settings => (settings.ConnectionString, settings.Retries) = (server.ToString(), 200));
        var tally = NewId.NextGuid();

        for (var i = 0; i < 200; i++)
        {
            await node.SendAsync(new WriteNote($"note {i}"));
            await node.SendAsync(new AddToTally(tally, 1));
            if (i % 50 == 20)
                relay.Cut();
            if (i % 50 == 40)
                relay.Open();
        }

        await Eventually.Holds(async () => await CountAsync() == (200, 200, 200, 0), "every note, echo and step");

        async Task<(int Notes, int Echoes, int Total, int Outbox)> CountAsync()
        {
            await using var ledger = OpenLedger();
            return (await ledger.Notes.CountAsync(), await ledger.Echoes.CountAsync(), await ledger.Tallies.SumAsync(t => t.Total), await ledger.Set<OutboxEntry>().CountAsync());
        }
    }

    [Fact]
    public async Task Should_continue_the_trace_of_whoever_sent()
    {
        using var listener = new ActivityListener { ShouldListenTo = source => source.Name == "MassTransit", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(listener);
        await using var node = await Node.StartAsync(Database);
        using var origin = new Activity("origin").SetIdFormat(ActivityIdFormat.W3C).Start();
        await using (var scope = node.Services.CreateAsyncScope())
        {
            var publish = scope.ServiceProvider.GetRequiredService<IPublishEndpoint>();
            await publish.Publish(new NoteWritten("at once"));
            await publish.Publish(new NoteWritten("later"), context => context.Delay = TimeSpan.FromMilliseconds(1));
            await scope.ServiceProvider.GetRequiredService<LedgerContext>().SaveChangesAsync();
        }

        await Eventually.Holds(() => node.Seen.Of<NoteWritten>().Count == 2, "both messages");

        foreach (var seen in node.Seen.Of<NoteWritten>())
            seen.ReceiveContext.TransportHeaders.Get<string>("MT-Activity-Id").ShouldNotBeNull().ShouldContain(origin.TraceId.ToString());
    }
}
