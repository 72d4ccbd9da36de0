using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Persistence.Tests;

public sealed class Bus_outbox_on_postgres : BusOutboxTests<PostgresDatabase>;

public sealed class Bus_outbox_on_sqlite : BusOutboxTests<SqliteDatabase>;

/// <summary>Sends of a scope outside consumers.</summary>
public abstract class BusOutboxTests<TDatabase> : DatabaseTests<TDatabase>
    where TDatabase : TestDatabase, new()
{
    [Fact] // capability 55
    public async Task Should_send_at_once_after_the_save()
    {
        // A sweeper that never comes in time: what arrives came from memory.
        var node = await StartAsync(settings => settings.QueryDelay = TimeSpan.FromHours(1));
        await using var scope = node.Services.CreateAsyncScope();
        var ledger = scope.ServiceProvider.GetRequiredService<LedgerContext>();

        ledger.Notes.Add(new Note { Text = "one" });
        await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new NoteWritten("one"));
        var endpoint = await scope.ServiceProvider.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(new Uri("queue:NoteWriter"));
        await endpoint.Send(new WriteNote("two"));
        await ledger.SaveChangesAsync();

        await Settled(node, 2);
        ledger.ChangeTracker.Entries<OutboxEntry>().ShouldBeEmpty();
    }

    [Fact] // capability 55
    public async Task Should_send_nothing_that_was_not_saved()
    {
        var node = await StartAsync();
        await using (var scope = node.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new NoteWritten("unsaved"));

        await PublishInTransactionAsync(node, "rolled back", commit: false);
        await PublishInTransactionAsync(node, "committed", commit: true);

        await Settled(node, 1);
        node.Seen.Of<NoteWritten>().Select(c => c.Message.Text).ShouldBe(["committed"]);
    }

    [Fact] // capability 55
    public async Task Should_send_at_once_after_the_commit_of_a_transaction_opened_by_hand()
    {
        var node = await StartAsync(settings => settings.QueryDelay = TimeSpan.FromHours(1));
        await using var scope = node.Services.CreateAsyncScope();
        var ledger = scope.ServiceProvider.GetRequiredService<LedgerContext>();
        await using var transaction = await ledger.Database.BeginTransactionAsync();
        await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new NoteWritten("one"));
        await ledger.SaveChangesAsync();
        await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new NoteWritten("two"));
        await ledger.SaveChangesAsync();
        node.Seen.Of<NoteWritten>().ShouldBeEmpty();

        await transaction.CommitAsync();

        await Eventually.Holds(() => node.Seen.Of<NoteWritten>().Count == 2, "both messages");
    }

    private static async Task PublishInTransactionAsync(Node node, string text, bool commit)
    {
        await using var scope = node.Services.CreateAsyncScope();
        var ledger = scope.ServiceProvider.GetRequiredService<LedgerContext>();
        await using var transaction = await ledger.Database.BeginTransactionAsync();
        await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new NoteWritten(text));
        await ledger.SaveChangesAsync();
        if (commit)
            await transaction.CommitAsync();
    }
}
