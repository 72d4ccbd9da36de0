namespace Flow.Cli.Tests;

// capability 151
public sealed class When_arguments_are_wrong
{
    [Theory]
    [InlineData("nonsense", "nonsense")]
    [InlineData("start", "Required argument '")]
    [InlineData("start order --nonsense", "--nonsense")]
    [InlineData("start order --input {oops", "not JSON")]
    [InlineData("start order --input @/no/such/file.json", "/no/such/file.json")]
    [InlineData("start order --tag teamweb", "key=value")]
    [InlineData("start order --priority urgent", "urgent")]
    [InlineData("start order --version two", "two")]
    [InlineData("start order --wait --timeout soon", "soon")]
    [InlineData("runs --status done", "done")]
    [InlineData("runs --limit 0", "from 1 to 500")]
    [InlineData("runs --started-after yesterday", "yesterday")]
    [InlineData("runs -o xml", "xml")]
    [InlineData("runs --url localhost", "http://127.0.0.1:5080")]
    [InlineData("run", "Required argument '")]
    [InlineData("run not-an-id", "not-an-id")]
    [InlineData("run abc", "abc")]
    [InlineData("wait", "Required argument '")]
    [InlineData("cancel", "Required argument '")]
    [InlineData("history", "Required argument '")]
    [InlineData("journal", "Required argument '")]
    [InlineData("workflows", "Required command")]
    [InlineData("workflows register", "Required argument '")]
    [InlineData("workflows register /no/such/file.json", "/no/such/file.json")]
    [InlineData("workflows validate /no/such/file.json", "/no/such/file.json")]
    [InlineData("workflows register -", "--name")]
    [InlineData("db", "Required command")]
    [InlineData("db migrate", "--connection")]
    [InlineData("topology", "Required command")]
    [InlineData("topology export rabbitmq --queue Emails", "'Emails' is not a queue name")]
    [InlineData("doctor --config /no/such/file.json", "/no/such/file.json")]
    [InlineData("doctor --url localhost", "http://127.0.0.1:5080")]
    [InlineData("dispatch", "Required argument '")]
    [InlineData("dispatch echo --input {oops", "not JSON")]
    [InlineData("dispatch echo --delay -5", "-5")]
    [InlineData("dispatch echo --at soon", "'soon' is not a time")]
    [InlineData("dispatch echo --max-attempts 0", "from 1 to 100")]
    [InlineData("workers drain", "Required argument '")]
    [InlineData("worker --queue Emails", "'Emails' is not a queue name")]
    [InlineData("worker --tries 0", "from 1 to 100")]
    [InlineData("worker --concurrency 1001", "from 1 to 1000")]
    [InlineData("worker --sleep soon", "soon")]
    [InlineData("dev --port 70000", "65535")]
    [InlineData("dev --port http", "http")]
    [InlineData("demo --files 0", "from 1 to 1000")]
    [InlineData("demo a b", "b")]
    public async Task Should_exit_2_and_say_which(string arguments, string said)
    {
        var outcome = await FlowCli.RunAsync(arguments.Split(' '));
        outcome.ExitCode.ShouldBe(2, outcome.Error);
        outcome.Error.ShouldContain(said);
        outcome.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_name_the_environment_variable_that_is_wrong()
    {
        var outcome = await FlowCli.RunAsync(["runs"], environment: new Dictionary<string, string> { ["FLOW_URL"] = "nowhere" });
        outcome.ExitCode.ShouldBe(2);
        outcome.Error.ShouldContain("FLOW_URL 'nowhere'");
    }
}
