using System.Diagnostics;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Persistence.Tests;

public sealed class Sweeper_on_postgres : SweeperTests<PostgresDatabase>;

public sealed class Sweeper_on_sqlite : SweeperTests<SqliteDatabase>;

/// <summary>Rows that nobody holds in memory any more.</summary>
public abstract class SweeperTests<TDatabase> : DatabaseTests<TDatabase>
    where TDatabase : TestDatabase, new()
{
    [Fact] // capability 55
    public async Task Should_send_what_a_crash_left_with_everything_it_carried()
    {
        var left = await LeaveBehindAsync("left", context =>
        {
            context.Headers.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            context.Headers.Set("Attempt", 3);
            context.ConversationId = Guid.Parse("11111111-2222-3333-4444-555555555555");
            context.ResponseAddress = new Uri("loopback://localhost/answers");
            context.FaultAddress = new Uri("loopback://localhost/faults");
            context.RequestId = Guid.Parse("66666666-7777-8888-9999-000000000000");
        });

        var node = await StartAsync(settings => settings.Time = new AheadOf(TimeSpan.FromMinutes(1)));

        await Eventually.Holds(() => node.Seen.Of<NoteWritten>().Count == 1, "the message");
        var seen = node.Seen.Of<NoteWritten>().Single();
        seen.MessageId.ShouldBe(left.MessageId);
        seen.ConversationId.ShouldBe(Guid.Parse("11111111-2222-3333-4444-555555555555"));
        seen.RequestId.ShouldBe(Guid.Parse("66666666-7777-8888-9999-000000000000"));
        seen.ResponseAddress.ShouldBe(new Uri("loopback://localhost/answers"));
        seen.FaultAddress.ShouldBe(new Uri("loopback://localhost/faults"));
        seen.Headers.Get<string>("traceparent").ShouldBe("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        seen.Headers.Get<int>("Attempt").ShouldBe(3);
        seen.ReceiveContext.TransportHeaders.Get<string>("traceparent").ShouldBe("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        await EmptyOutbox(node);
    }

    [Fact]
    public async Task Should_leave_a_row_alone_while_its_lease_runs()
    {
        await LeaveBehindAsync("leased");

        var node = await StartAsync(settings => settings.QueryDelay = TimeSpan.FromMilliseconds(50));
        await PublishAsync(node, "other");
        await Eventually.Holds(() => node.Seen.Of<NoteWritten>().Count == 1, "the other message");

        node.Seen.Of<NoteWritten>().Single().Message.Text.ShouldBe("other");
        await Eventually.Holds(async () => await node.CountAsync<OutboxEntry>() == 1, "only the leased row");
    }

    [Fact] // capability 55
    public async Task Should_not_let_a_bad_row_stop_the_others()
    {
        await SpoilAsync(await LeaveBehindAsync("bad 1"), row => row.SetProperty(r => r.Envelope, "{not json"));
        await SpoilAsync(await LeaveBehindAsync("bad 2"), row => row.SetProperty(r => r.Destination, "nonsense"));
        await SpoilAsync(await LeaveBehindAsync("bad 3"), row => row.SetProperty(r => r.Destination, "carrier-pigeon://nowhere/loft"));
        await LeaveBehindAsync("good 1");
        await LeaveBehindAsync("good 2");

        var node = await StartAsync(settings => settings.Time = new AheadOf(TimeSpan.FromMinutes(1)));

        await Eventually.Holds(() => node.Seen.Of<NoteWritten>().Count == 2, "the good messages");
        await Eventually.Holds(async () => await node.WithLedgerAsync(l => l.Set<OutboxEntry>().CountAsync(r => r.Attempts > 1 && r.Error != null)) == 3, "second attempts at the bad rows");
        node.Seen.Of<NoteWritten>().Select(c => c.Message.Text).Order().ShouldBe(["good 1", "good 2"]);
    }

    [Fact]
    public async Task Should_park_a_row_after_its_last_attempt_and_show_it()
    {
        await SpoilAsync(await LeaveBehindAsync("bad"), row => row.SetProperty(r => r.Envelope, "null").SetProperty(r => r.Attempts, OutboxEntry.AttemptLimit - 1));
        using var gauges = new Gauges();

        var node = await StartAsync(settings => settings.Time = new AheadOf(TimeSpan.FromMinutes(1)));

        await Eventually.Holds(() => gauges.Read("flow.outbox.parked") == 1, "the gauge of parked rows");
        gauges.Read("flow.outbox.pending").ShouldBe(0);
        var row = await node.WithLedgerAsync(ledger => ledger.Set<OutboxEntry>().SingleAsync());
        row.Attempts.ShouldBe(OutboxEntry.AttemptLimit);
        row.ParkedAt.ShouldNotBeNull();
        row.Error!.ShouldContain(row.Id.ToString());

        // An operator mends it and sets it free.
        await node.WithLedgerAsync(l => l.Set<OutboxEntry>().ExecuteUpdateAsync(s =>
            s.SetProperty(r => r.ParkedAt, (DateTime?)null).SetProperty(r => r.Attempts, 0).SetProperty(r => r.Envelope, """{"contentType":"application/vnd.masstransit+json","messageTypes":[]}""")));
        await Eventually.Holds(() => node.Seen.Of<NoteWritten>().Count == 1, "the mended message");
        await Eventually.Holds(() => gauges.Read("flow.outbox.parked") == 0, "the gauge is down again");
    }

    [Fact]
    public async Task Should_show_how_much_waits_and_since_when()
    {
        await LeaveBehindAsync("one");
        await LeaveBehindAsync("two");
        using var gauges = new Gauges();

        await StartAsync(settings => settings.Time = new AheadOf(TimeSpan.FromSeconds(10)));

        await Eventually.Holds(() => gauges.Read("flow.outbox.pending") == 2, "the gauge of pending rows");
        gauges.Read("flow.outbox.oldest_age_seconds")!.Value.ShouldBeInRange(10, 60);
    }

    [Fact]
    public async Task Should_hold_a_delayed_message_until_it_is_due()
    {
        var node = await StartAsync();
        var clock = Stopwatch.StartNew();

        await PublishAsync(node, "late", context => context.Delay = TimeSpan.FromSeconds(1.5));
        await PublishAsync(node, "now");

        await Eventually.Holds(() => node.Seen.Of<NoteWritten>().Count == 2, "both messages");
        clock.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(1.4), TimeSpan.FromSeconds(8));
        node.Seen.Of<NoteWritten>().Select(c => c.Message.Text).ShouldBe(["now", "late"]);
        await EmptyOutbox(node);
    }

    /// <summary>A row as a process leaves it that dies between commit and send.</summary>
    private async Task<OutboxEntry> LeaveBehindAsync(string text, Action<SendContext>? configure = null)
    {
        await using var node = await Node.StartAsync(Database);
        OutboxEntry row;
        await using (var scope = node.Services.CreateAsyncScope())
        {
            var ledger = scope.ServiceProvider.GetRequiredService<LedgerContext>();
            await using var transaction = await ledger.Database.BeginTransactionAsync();
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new NoteWritten(text), context => configure?.Invoke(context));
            await ledger.SaveChangesAsync();
            row = await ledger.Set<OutboxEntry>().AsNoTracking().OrderByDescending(r => r.Id).FirstAsync();
            await transaction.RollbackAsync();
        }

        await node.WithLedgerAsync(ledger =>
        {
            ledger.Add(row);
            return ledger.SaveChangesAsync();
        });
        return row;
    }

    private async Task SpoilAsync(OutboxEntry row, Action<UpdateSettersBuilder<OutboxEntry>> change)
    {
        await using var ledger = OpenLedger();
        await ledger.Set<OutboxEntry>().Where(r => r.Id == row.Id).ExecuteUpdateAsync(change);
    }

    private static async Task PublishAsync(Node node, string text, Action<SendContext>? configure = null)
    {
        await using var scope = node.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new NoteWritten(text), context => configure?.Invoke(context));
        await scope.ServiceProvider.GetRequiredService<LedgerContext>().SaveChangesAsync();
    }
}
