namespace Flow.Cli.Tests;

// capability 150
public sealed class When_asking_for_help
{
    [Theory]
    [InlineData("")]
    [InlineData("dev")]
    [InlineData("demo")]
    [InlineData("start")]
    [InlineData("dispatch")]
    [InlineData("worker")]
    [InlineData("workers")]
    [InlineData("workers drain")]
    [InlineData("runs")]
    [InlineData("run")]
    [InlineData("wait")]
    [InlineData("cancel")]
    [InlineData("history")]
    [InlineData("journal")]
    [InlineData("errors")]
    [InlineData("work-items")]
    [InlineData("work-items complete")]
    [InlineData("dead-letters")]
    [InlineData("dead-letters list")]
    [InlineData("dead-letters replay")]
    [InlineData("dead-letters archive")]
    [InlineData("dead-letters delete")]
    [InlineData("output")]
    [InlineData("workflows")]
    [InlineData("workflows register")]
    [InlineData("workflows list")]
    [InlineData("workflows show")]
    [InlineData("workflows validate")]
    [InlineData("queues")]
    [InlineData("queues pause")]
    [InlineData("queues resume")]
    [InlineData("queues purge")]
    [InlineData("queues delete")]
    [InlineData("db migrate")]
    [InlineData("doctor")]
    [InlineData("topology export rabbitmq")]
    [InlineData("topology verify")]
    public async Task Should_show_usage_and_examples(string verb)
    {
        var outcome = await FlowCli.RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        outcome.ExitCode.ShouldBe(0);
        outcome.Output.ShouldContain("Usage:");
        outcome.Output.ShouldContain("Examples:");
        outcome.Output.ShouldContain($"flow {verb}".TrimEnd());
        outcome.Output.ShouldNotContain("\u001b");
        outcome.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_help_who_says_nothing()
    {
        var outcome = await FlowCli.RunAsync();
        outcome.ExitCode.ShouldBe(0);
        outcome.Output.ShouldContain("Usage:");
    }
}
