using System.Text.Json;

namespace Flow.Contracts.Tests;

/// <summary>docs/wire-format.md is what other systems build against: it has to know every message and every field.</summary>
public sealed class When_the_wire_format_is_documented
{
    private static readonly string Document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "wire-format.md"));

    public static TheoryData<Type> All => Messages.AsTheory();

    [Theory, MemberData(nameof(All))]
    public void Should_describe_every_field_of_the_message(Type message)
    {
        var section = Section(message.Name).ShouldNotBeNull($"there is no '### {message.Name}'");

        foreach (var property in message.GetProperties())
            section.ShouldContain($"| `{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}` |");
    }

    [Fact]
    public void Should_describe_the_parts_of_messages_as_well()
    {
        foreach (var part in new[] { typeof(RunSource), typeof(BatchMembership), typeof(InFlightItem), typeof(RestingHandler), typeof(HistoryEvent), typeof(JournalEntry), typeof(JournalRecord) })
            Should_describe_every_field_of_the_message(part);
    }

    [Fact]
    public void Should_name_every_queue_that_takes_plain_json()
    {
        foreach (var queue in new[] { QueueNames.StartRun, QueueNames.CancelRun, QueueNames.PauseRun, QueueNames.ResumeRun, QueueNames.RedriveRun, QueueNames.NodeSucceeded, QueueNames.NodeFailed, QueueNames.NodeHeartbeat, QueueNames.NodeLeased, QueueNames.NodeReleased })
            Document.ShouldContain($"| `{queue}` |");
    }

    private static string? Section(string heading)
    {
        var start = Document.IndexOf($"### {heading}\n", StringComparison.Ordinal);
        if (start < 0)
            return null;
        var end = Document.IndexOf("\n## ", start, StringComparison.Ordinal);
        var next = Document.IndexOf("\n### ", start + 1, StringComparison.Ordinal);
        return Document[start..new[] { end, next, Document.Length }.Where(index => index > 0).Min()];
    }
}
