using System.Text.Json;

namespace Flow.Contracts.Tests;

// capability 53
public sealed class When_a_journal_is_checked
{
    [Theory]
    [InlineData("k", "1", null)]
    [InlineData("Ünı 1", "{\"a\":[null]}", null)]
    [InlineData(null, "1", "'' is not a kind")]
    [InlineData("", "1", "'' is not a kind")]
    [InlineData("a\u0000", "1", "is not a kind: use 1 to 100 characters, none of them a control character.")]
    [InlineData("k", "\"\\ud800\"", "is not valid Unicode")]
    [InlineData("k", "{\"\\ud800\":1}", "is not valid Unicode")]
    public void Should_say_what_is_wrong_with_an_entry(string? kind, string value, string? said) => ShouldSay(JournalLimits.FaultOf(kind, JsonElement.Parse(value)), said);

    [Fact]
    public void Should_measure_a_value_by_its_shortest_text()
    {
        var escaped = JsonElement.Parse($"\"{string.Concat(Enumerable.Repeat("\\u00e9", (JournalLimits.MaxValueBytes / 2) - 1))}\"");
        JournalLimits.FaultOf("k", escaped).ShouldBeNull();
        JournalLimits.FaultOf("k", Nested(JournalLimits.MaxDepth)).ShouldBeNull();
        ShouldSay(JournalLimits.FaultOf("k", Nested(JournalLimits.MaxDepth + 1)), "nested deeper than 50 levels");
        JournalLimits.FaultOf("k", default).ShouldBeNull();
        JournalLimits.FaultOf(new string('k', JournalLimits.MaxKindLength), default).ShouldBeNull();
        JournalLimits.FaultOf(new string('k', JournalLimits.MaxKindLength + 1), default).ShouldNotBeNull().Length.ShouldBeLessThan(300);
    }

    [Fact]
    public void Should_name_the_entry_that_is_wrong()
    {
        var good = new JournalEntry { Kind = "k" };
        JournalLimits.FaultOf(null).ShouldBeNull();
        JournalLimits.FaultOf([.. Enumerable.Repeat(good, JournalLimits.MaxEntries)]).ShouldBeNull();
        ShouldSay(JournalLimits.FaultOf([.. Enumerable.Repeat(good, JournalLimits.MaxEntries + 1)]), "appends 101 entries to the journal; the limit is 100");
        ShouldSay(JournalLimits.FaultOf([good, null]), "Entry 1 of the journal is null.");
        ShouldSay(JournalLimits.FaultOf([good, good with { Kind = "" }]), "Entry 1 of the journal: '' is not a kind");
    }

    private static JsonElement Nested(int levels) => JsonElement.Parse(new string('[', levels) + new string(']', levels));

    private static void ShouldSay(string? fault, string? said)
    {
        if (said is null)
            fault.ShouldBeNull();
        else
            fault.ShouldNotBeNull().ShouldContain(said);
    }
}
