using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence.Tests;

public sealed class Consume_on_postgres : ConsumeTests<PostgresDatabase>;

public sealed class Consume_on_sqlite : ConsumeTests<SqliteDatabase>;

/// <summary>One message, one transaction.</summary>
public abstract class ConsumeTests<TDatabase> : DatabaseTests<TDatabase>
    where TDatabase : TestDatabase, new()
{
    [Fact] // capability 55
    public async Task Should_commit_the_row_and_send_the_message()
    {
        var node = await StartAsync();

        await node.SendAsync(new WriteNote("one"));

        await Settled(node, 1);
        (await node.CountAsync<Note>()).ShouldBe(1);
        node.Seen.Of<NoteWritten>().Count.ShouldBe(1);
    }

    [Fact] // capability 56
    public async Task Should_drop_a_duplicate_and_acknowledge_it()
    {
        // One at a time: when the last message is through, the duplicate before it is, too.
        var node = await StartAsync(settings => settings.ConcurrentMessageLimit = 1);
        var id = NewId.NextGuid();

        await node.SendAsync(new WriteNote("one"), id);
        await Eventually.Holds(async () => await node.CountAsync<Note>() == 1, "the note");
        await node.SendAsync(new WriteNote("one"), id);
        await node.SendAsync(new WriteNote("two"));
        await Settled(node, 2);

        node.Seen.Attempts("one").ShouldBe(1);
        node.Seen.Of<NoteWritten>().Count.ShouldBe(2);
        node.Seen.Of<Fault<WriteNote>>().ShouldBeEmpty();
    }

    [Fact] // capability 55
    public async Task Should_leave_no_trace_of_a_consumer_that_throws_after_publishing()
    {
        var node = await StartAsync();

        await node.SendAsync(new WriteNote("one", FailTimes: 100));
        await Eventually.Holds(() => node.Seen.Of<Fault<WriteNote>>().Count == 1, "the fault");
        await node.SendAsync(new WriteNote("two"));
        await Settled(node, 1);

        node.Seen.Attempts("one").ShouldBe(4);
        (await node.WithLedgerAsync(ledger => ledger.Notes.Select(note => note.Text).ToListAsync())).ShouldBe(["two"]);
        node.Seen.Of<NoteWritten>().Select(c => c.Message.Text).ShouldBe(["two"]);
        // Notes, echoes: one message each. The one that failed may be sent again and is then no duplicate.
        (await node.CountAsync<InboxEntry>()).ShouldBe(2);
        await EmptyOutbox(node);
    }

    [Fact] // capability 55
    public async Task Should_have_one_effect_when_an_early_attempt_fails()
    {
        var node = await StartAsync();

        await node.SendAsync(new WriteNote("one", FailTimes: 2));

        await Settled(node, 1);
        node.Seen.Attempts("one").ShouldBe(3);
        (await node.CountAsync<Note>()).ShouldBe(1);
        node.Seen.Of<NoteWritten>().Count.ShouldBe(1);
    }

    [Fact] // capability 55
    public async Task Should_send_nothing_when_the_commit_is_impossible()
    {
        var node = await StartAsync();
        await node.SendAsync(new WriteNote("same"));
        await Eventually.Holds(async () => await node.CountAsync<Note>() == 1, "the note");

        await node.SendAsync(new WriteNote("same"));
        await Eventually.Holds(() => node.Seen.Of<Fault<WriteNote>>().Count == 1, "the fault of the second note of that text");

        node.Seen.Of<NoteWritten>().Count.ShouldBe(1);
        await EmptyOutbox(node);
    }

    [Fact] // capability 56
    public async Task Should_have_fifty_effects_of_fifty_messages_in_eight_copies_each()
    {
        var node = await StartAsync(settings => settings.Retries = 10);
        var tally = NewId.NextGuid();
        var ids = Enumerable.Range(1, 50).Select(_ => NewId.NextGuid()).ToArray();

        await Parallel.ForEachAsync(Enumerable.Range(0, 400), TestContext.Current.CancellationToken, async (i, _) =>
        {
            await node.SendAsync(new AddToTally(tally, 1), ids[i % 50]);
            await node.SendAsync(new WriteNote($"note {i % 50}"), ids[i % 50]);
        });

        await Settled(node, 50);
        await Eventually.Holds(() => node.Seen.Of<TallyChanged>().Count == 50, "fifty changes");
        await EmptyOutbox(node);
        (await node.CountAsync<Note>()).ShouldBe(50);
        (await node.WithLedgerAsync(ledger => ledger.Tallies.SingleAsync())).Total.ShouldBe(50);
        node.Seen.Of<TallyChanged>().Select(c => c.Message.Total).Order().ShouldBe(Enumerable.Range(1, 50));
        node.Seen.Of<NoteWritten>().Count.ShouldBe(50);
        node.Seen.Of<Fault<WriteNote>>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_forget_messages_older_than_the_window()
    {
        var node = await StartAsync(settings => settings.DuplicateDetectionWindow = TimeSpan.FromSeconds(1));

        await node.SendAsync(new WriteNote("one"));
        await Settled(node, 1);

        await Eventually.Holds(async () => await node.CountAsync<InboxEntry>() == 0, "the inbox is empty");
    }
}
