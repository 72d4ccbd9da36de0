using MassTransit;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Persistence.Tests;

public sealed class Sagas_on_postgres : SagaTests<PostgresDatabase>;

public sealed class Sagas_on_sqlite : SagaTests<SqliteDatabase>;

/// <summary>Sagas in the ledger.</summary>
public abstract class SagaTests<TDatabase> : DatabaseTests<TDatabase>
    where TDatabase : TestDatabase, new()
{
    [Theory] // capability 55
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_apply_every_message_to_a_hot_saga_once(bool insertsFirst)
    {
        var node = await StartAsync(settings => settings.InsertsFirst = insertsFirst);
        var tally = NewId.NextGuid();

        await Parallel.ForEachAsync(Enumerable.Range(1, 60), async (_, _) => await node.SendAsync(new AddToTally(tally, 2)));

        await Eventually.Holds(() => node.Seen.Of<TallyChanged>().Count == 60, "sixty changes");
        var saga = await node.WithLedgerAsync(ledger => ledger.Tallies.SingleAsync());
        saga.Total.ShouldBe(120);
        saga.Version.ShouldBe(60);
        saga.State.ShouldBe("Counting");
        saga.Last!.Amount.ShouldBe(2);
        node.Seen.Of<TallyChanged>().Select(c => c.Message.Total).Order().ShouldBe(Enumerable.Range(1, 60).Select(n => 2 * n));
    }

    [Theory] // capability 55
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_retry_the_later_of_two_first_messages_in_two_processes(bool insertsFirst)
    {
        var one = await StartAsync(settings => settings.InsertsFirst = insertsFirst);
        var two = await StartAsync(settings => settings.InsertsFirst = insertsFirst);
        var tallies = Enumerable.Range(0, 30).Select(_ => NewId.NextGuid()).ToArray();

        await Parallel.ForEachAsync(tallies, async (tally, _) =>
            await Task.WhenAll(one.SendAsync(new AddToTally(tally, 1)), two.SendAsync(new AddToTally(tally, 1))));

        await Eventually.Holds(() => one.Seen.Of<TallyChanged>().Count + two.Seen.Of<TallyChanged>().Count == 60, "both changes of each");
        var totals = await one.WithLedgerAsync(ledger => ledger.Tallies.Select(tally => tally.Total).ToListAsync());
        totals.ShouldBe(Enumerable.Repeat(2, 30));
    }

    [Fact]
    public async Task Should_make_two_processes_queue_at_the_row_of_a_hot_saga()
    {
        var one = await StartAsync(settings => settings.Retries = 0);
        var two = await StartAsync(settings => settings.Retries = 0);
        var tally = NewId.NextGuid();
        await one.SendAsync(new AddToTally(tally, 1));
        await Eventually.Holds(() => one.Seen.Of<TallyChanged>().Count == 1, "the first change");

        await Parallel.ForEachAsync(Enumerable.Range(0, 40), async (_, _) =>
            await Task.WhenAll(one.SendAsync(new AddToTally(tally, 1)), two.SendAsync(new AddToTally(tally, 1))));

        await Eventually.Holds(() => one.Seen.Of<TallyChanged>().Count + two.Seen.Of<TallyChanged>().Count == 81, "every change without any retry");
        (await one.WithLedgerAsync(ledger => ledger.Tallies.SingleAsync())).Total.ShouldBe(81);
    }

    [Fact]
    public async Task Should_retry_who_loses_an_optimistic_race()
    {
        var one = await StartAsync(Optimistic);
        var two = await StartAsync(Optimistic);
        var tally = NewId.NextGuid();

        await Parallel.ForEachAsync(Enumerable.Range(0, 10), async (_, _) =>
            await Task.WhenAll(one.SendAsync(new AddToTally(tally, 1)), two.SendAsync(new AddToTally(tally, 1))));

        await Eventually.Holds(() => one.Seen.Of<TallyChanged>().Count + two.Seen.Of<TallyChanged>().Count == 20, "twenty changes");
        (await one.WithLedgerAsync(ledger => ledger.Tallies.SingleAsync())).Total.ShouldBe(20);

        static void Optimistic(NodeSettings settings) => (settings.ConcurrencyMode, settings.Retries) = (ConcurrencyMode.Optimistic, 50);
    }

    [Fact] // capability 55
    public async Task Should_keep_the_saga_as_it_was_when_its_behaviour_throws()
    {
        var node = await StartAsync();
        var tally = NewId.NextGuid();
        await node.SendAsync(new AddToTally(tally, 5));
        await Eventually.Holds(() => node.Seen.Of<TallyChanged>().Count == 1, "the change");

        await node.SendAsync(new AddToTally(tally, -1));
        await node.SendAsync(new AddToTally(tally, 2));

        await Eventually.Holds(() => node.Seen.Of<TallyChanged>().Count == 2, "the second change");
        var saga = await node.WithLedgerAsync(ledger => ledger.Tallies.SingleAsync());
        (saga.Total, saga.Version).ShouldBe((7, 2));
    }

    [Fact]
    public async Task Should_discard_an_event_for_a_saga_that_is_not_there()
    {
        var node = await StartAsync();

        await node.SendAsync(new LabelTally(NewId.NextGuid(), "nobody"));

        await Eventually.Holds(async () => await node.CountAsync<InboxEntry>() == 1, "the event is consumed");
        (await node.CountAsync<Tally>()).ShouldBe(0);
    }

    [Fact]
    public async Task Should_find_sagas_by_query_and_delete_the_finished()
    {
        var node = await StartAsync();
        var tallies = Enumerable.Range(0, 3).Select(_ => NewId.NextGuid()).ToArray();
        foreach (var tally in tallies)
        {
            await node.SendAsync(new AddToTally(tally, 1));
            await Eventually.Holds(async () => await node.WithLedgerAsync(ledger => ledger.Tallies.AnyAsync(t => t.CorrelationId == tally)), "the tally");
            await node.SendAsync(new LabelTally(tally, tally == tallies[0] ? "open" : "old"));
        }

        await Eventually.Holds(async () => await node.WithLedgerAsync(ledger => ledger.Tallies.CountAsync(t => t.Label != "")) == 3, "the labels");
        await node.SendAsync(new CloseTallies("old"));

        await Eventually.Holds(() => node.Seen.Of<TallyChanged>().Count(c => c.Message.Total == -1) == 2, "both endings");
        (await node.WithLedgerAsync(ledger => ledger.Tallies.SingleAsync())).CorrelationId.ShouldBe(tallies[0]);
    }

    [Fact]
    public async Task Should_keep_sagas_on_an_endpoint_without_outbox()
    {
        var node = await StartAsync(settings => settings.UsesOutbox = false);
        var tally = NewId.NextGuid();

        await Parallel.ForEachAsync(Enumerable.Range(1, 20), async (_, _) => await node.SendAsync(new AddToTally(tally, 1)));

        await Eventually.Holds(() => node.Seen.Of<TallyChanged>().Count == 20, "twenty changes");
        await Eventually.Holds(async () => (await node.WithLedgerAsync(ledger => ledger.Tallies.SingleAsync())).Total == 20, "the total");
        (await node.CountAsync<InboxEntry>()).ShouldBe(0);
    }

    [Fact]
    public async Task Should_load_a_saga_outside_a_message()
    {
        var node = await StartAsync();
        var tally = NewId.NextGuid();
        await node.SendAsync(new AddToTally(tally, 3));
        await Eventually.Holds(() => node.Seen.Of<TallyChanged>().Count == 1, "the change");

        (await node.Services.GetRequiredService<ILoadSagaRepository<Tally>>().Load(tally)).Total.ShouldBe(3);
        (await node.Services.GetRequiredService<IQuerySagaRepository<Tally>>().Find(new SagaQuery<Tally>(t => t.Total == 3))).ShouldBe([tally]);
    }
}
