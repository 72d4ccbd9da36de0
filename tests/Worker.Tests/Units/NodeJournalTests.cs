using System.Text.Json;
using Flow.Contracts;

namespace Flow.Worker.Tests.Units;

// capability 51
public sealed class NodeJournalTests
{
    [Fact]
    public void Should_take_a_value_as_it_is_now()
    {
        var journal = new NodeJournal();
        var list = new List<int> { 1 };
        journal.Append("counted", list);
        list.Add(2);
        journal.Append("none", null);

        journal.Appended.Select(e => (e.Kind, e.Value.GetRawText())).ShouldBe([("counted", "[1]"), ("none", "null")]);
    }

    [Theory]
    [InlineData("", 0, "is not a kind")]
    [InlineData("a\nb", 0, "is not a kind")]
    [InlineData("k", JournalLimits.MaxValueBytes - 1, "the value of 'k' is 16385 bytes; the limit is 16384")]
    [InlineData("k", JournalLimits.MaxValueBytes - 2, null)]
    public void Should_refuse_what_is_no_entry(string kind, int length, string? said)
    {
        var journal = new NodeJournal();
        var append = () => journal.Append(kind, new string('x', length));
        if (said is null)
            append.ShouldNotThrow();
        else
            append.ShouldThrow<JournalException>().Message.ShouldContain(said);
        journal.Appended.Count.ShouldBe(said is null ? 1 : 0);
    }

    [Fact]
    public void Should_count_bytes_and_not_escapes() =>
        Should.NotThrow(() => new NodeJournal().Append("k", new string('é', (JournalLimits.MaxValueBytes - 2) / 2)));

    [Fact]
    public void Should_refuse_more_entries_than_an_attempt_may_have_and_keep_those_it_has()
    {
        var journal = new NodeJournal();
        Parallel.For(0, JournalLimits.MaxEntries, i => journal.Append("k", i));

        Should.Throw<JournalException>(() => journal.Append("k", 0)).Message.ShouldContain("has 100 entries already");
        journal.Appended.Select(e => e.Value.GetInt32()).ShouldBe(Enumerable.Range(0, JournalLimits.MaxEntries), ignoreOrder: true);
    }

    [Fact]
    public async Task Should_give_a_test_of_a_handler_what_it_says()
    {
        var record = new JournalRecord { Id = 1, ScopeId = default, Node = "N", Token = default, Index = 0, Kind = "k", Value = JsonElement.Parse("1"), RecordedAt = default };
        var context = new NodeContext { Journal = new NodeJournal(record) };

        (await context.Journal.ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken)).ShouldBe([record]);
        (await new NodeContext().Journal.ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }
}
