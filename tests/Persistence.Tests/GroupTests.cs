using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Persistence.Tests;

/// <summary>Messages that share a commit on PostgreSQL, and the same without on SQLite.</summary>
public abstract class GroupTests<TDatabase> : DatabaseTests<TDatabase>
    where TDatabase : TestDatabase, new()
{
    private const int Many = 64;

    [Fact] // capabilities 54, 55
    public async Task Should_apply_the_messages_for_one_saga_one_after_another()
    {
        var node = await StartAsync(Wide);
        var score = NewId.NextGuid();

        await SendAsync(node, Enumerable.Range(1, 200).Select(n => new AddPoints(score, n)));

        await Eventually.Holds(() => node.Seen.Of<PointsAdded>().Count == 200, "two hundred changes");
        var saga = await node.WithLedgerAsync(ledger => ledger.Scores.SingleAsync());
        saga.Points.ShouldBe(200 * 201 / 2);
        saga.Log.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).Order().ShouldBe(Enumerable.Range(1, 200));
        // Each saw what the one before it had left.
        var told = node.Seen.Of<PointsAdded>().Select(c => c.Message.Points).Order().ToList();
        told.Zip(told.Skip(1), (a, b) => b - a).Append(told[0]).Order().ShouldBe(Enumerable.Range(1, 200));
        (await node.CountAsync<Echo>()).ShouldBe(200);
    }

    [Theory] // capabilities 54, 55, 99
    [InlineData(ScoreTwist.Throws)]
    [InlineData(ScoreTwist.Collides)]
    public async Task Should_let_the_others_pass_when_one_fails(ScoreTwist twist)
    {
        var node = await StartAsync(Wide);
        await node.WithLedgerAsync(async ledger =>
        {
            ledger.Notes.Add(new Note { Text = "taken" });
            return await ledger.SaveChangesAsync();
        });
        var bad = NewId.NextGuid();
        var good = Enumerable.Range(0, Many).Select(_ => NewId.NextGuid()).ToArray();

        await SendAsync(node, good.Select(id => new AddPoints(id, 1)).Prepend(new AddPoints(bad, 1, twist)));

        await Eventually.Holds(() => node.Seen.Of<PointsAdded>().Count == Many, "all the good ones");
        (await node.WithLedgerAsync(ledger => ledger.Scores.Select(s => s.CorrelationId).ToListAsync())).ShouldBe(good, ignoreOrder: true);
        (await node.CountAsync<Echo>()).ShouldBe(Many);
        (await node.CountAsync<InboxEntry>()).ShouldBe(Many);
        await Eventually.Holds(async () => await node.CountAsync<OutboxEntry>() == 0, "an empty outbox");
        node.Seen.Of<PointsAdded>().ShouldAllBe(c => c.Message.ScoreId != bad);
    }

    [Fact] // capability 55
    public async Task Should_handle_alone_what_writes_by_itself()
    {
        var node = await StartAsync(Wide);
        var scores = Enumerable.Range(0, Many).Select(_ => NewId.NextGuid()).ToArray();

        await SendAsync(node, scores.Select((id, i) => new AddPoints(id, 1, i % 4 == 0 ? ScoreTwist.Writes : ScoreTwist.None)));

        await Eventually.Holds(() => node.Seen.Of<PointsAdded>().Count == Many, "all of them");
        (await node.CountAsync<Echo>()).ShouldBe(Many);
    }

    [Fact] // capability 55
    public async Task Should_see_what_those_before_it_have_written()
    {
        var node = await StartAsync(Wide);
        var score = NewId.NextGuid();

        await SendAsync(node, Enumerable.Range(1, 40).Select(_ => new AddPoints(score, 1, ScoreTwist.Reads)));

        await Eventually.Holds(() => node.Seen.Of<PointsAdded>().Count == 40, "all of them");
        (await node.WithLedgerAsync(ledger => ledger.Notes.CountAsync())).ShouldBe(40);
        (await node.WithLedgerAsync(ledger => ledger.Scores.SingleAsync())).Points.ShouldBe(40);
    }

    [Fact] // capability 56
    public async Task Should_apply_copies_of_one_message_once()
    {
        var node = await StartAsync(Wide);
        var (score, message) = (NewId.NextGuid(), NewId.NextGuid());

        await Parallel.ForEachAsync(Enumerable.Range(0, 30), async (_, _) => await node.SendAsync(new AddPoints(score, 1), message, "Score"));
        await node.SendAsync(new AddPoints(score, 100), queue: "Score");

        await Eventually.Holds(() => node.Seen.Of<PointsAdded>().Count == 2, "the one and the other");
        (await node.WithLedgerAsync(ledger => ledger.Scores.SingleAsync())).Points.ShouldBe(101);
    }

    [Fact] // capabilities 54, 87
    public async Task Should_share_hot_sagas_with_another_process()
    {
        var nodes = new[] { await StartAsync(Wide), await StartAsync(Wide) };
        var scores = Enumerable.Range(0, 5).Select(_ => NewId.NextGuid()).ToArray();

        await Task.WhenAll(nodes.Select(node => SendAsync(node, Enumerable.Range(0, 100).Select(n => new AddPoints(scores[n % 5], 1)))));

        await Eventually.Holds(() => nodes.Sum(node => node.Seen.Of<PointsAdded>().Count) == 200, "all of them");
        (await nodes[0].WithLedgerAsync(ledger => ledger.Scores.Select(s => s.Points).ToListAsync())).ShouldAllBe(points => points == 40);
    }

    private protected static void Wide(NodeSettings settings) => settings.ConcurrentMessageLimit = Many;

    private protected static Task SendAsync(Node node, IEnumerable<AddPoints> messages) =>
        Parallel.ForEachAsync(messages, async (message, _) => await node.SendAsync(message, queue: "Score"));
}

public sealed class Groups_on_postgres : GroupTests<PostgresDatabase>
{
    [Fact] // capability 99
    public async Task Should_go_on_beside_one_that_takes_long()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var node = await StartAsync(settings =>
        {
            Wide(settings);
            settings.Time = clock;
        });
        await SendAsync(node, [new AddPoints(NewId.NextGuid(), 1, ScoreTwist.Waits)]);
        await Eventually.Holds(() => node.Seen.Attempts(nameof(ScoreTwist.Waits)) == 1, "the one that waits to be in hand");

        await SendAsync(node, [new AddPoints(NewId.NextGuid(), 1)]);
        await Eventually.Holds(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return node.Seen.Of<PointsAdded>().Count == 1;
            },
            "it to be overtaken");
        // It holds up none of those that follow: the clock stands still.
        for (var count = 2; count <= 5; count++)
        {
            await SendAsync(node, [new AddPoints(NewId.NextGuid(), 1)]);
            await Eventually.Holds(() => node.Seen.Of<PointsAdded>().Count == count, $"{count} that have overtaken it");
        }

        node.Seen.Gate.SetResult();
        await Eventually.Holds(() => node.Seen.Of<PointsAdded>().Count == 6, "the one that waited");
    }
}

public sealed class Groups_on_sqlite : GroupTests<SqliteDatabase>;
