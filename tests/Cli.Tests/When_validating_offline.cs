namespace Flow.Cli.Tests;

// capability 9
public sealed class When_validating_offline
{
    private const string Sound = """{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}""";
    private const string Unsound = """{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}""";

    [Theory]
    [InlineData("examples/digest.asl.json")]
    [InlineData("examples/order.asl.yaml")]
    public async Task Should_accept_the_examples(string example)
    {
        var outcome = await FlowCli.RunAsync("workflows", "validate", Repository.File(example.Split('/')));
        outcome.ExitCode.ShouldBe(0, outcome.Output + outcome.Error);
        outcome.Output.ShouldContain("is a sound definition");
    }

    [Fact]
    public async Task Should_list_findings_by_pointer_rule_and_message()
    {
        using var directory = new TemporaryDirectory();
        var outcome = await FlowCli.RunAsync("workflows", "validate", directory.Write("a.json", Unsound));
        outcome.ExitCode.ShouldBe(1);
        outcome.Output.Split('\n')[0].ShouldMatch("^/States/A/Next: [a-z-]+: .*B");
        outcome.Error.ShouldContain("finding");
    }

    [Theory]
    [InlineData("standard", 0)]
    [InlineData("express", 1)]
    public async Task Should_judge_a_definition_by_what_it_is_to_be_run_as(string type, int exitCode)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("a.json", """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","End":true}}}""");

        (await FlowCli.RunAsync("workflows", "validate", file, "--type", type)).ExitCode.ShouldBe(exitCode);
    }

    [Fact]
    public async Task Should_print_only_json_when_asked()
    {
        using var directory = new TemporaryDirectory();
        var outcome = await FlowCli.RunAsync("workflows", "validate", directory.Write("a.json", Unsound), "-o", "json");
        outcome.ExitCode.ShouldBe(1);
        outcome.Json.GetProperty("valid").GetBoolean().ShouldBeFalse();
        outcome.Json.GetProperty("findings")[0].GetProperty("pointer").GetString().ShouldBe("/States/A/Next");
    }

    [Theory]
    [InlineData("a.yaml", "StartAt: A\nStates:\n  A: {Type: Pass, End: true}\n", 0, "sound")]
    [InlineData("a.yaml", "StartAt: A\nStartAt: B\n", 1, "(text): yaml-syntax: line 2, column 1")]
    [InlineData("a.yml", "a: [", 1, "yaml-syntax")]
    [InlineData("a.json", "{", 1, "(text)")]
    [InlineData("a.json", "", 1, "(text)")]
    [InlineData("a.txt", Sound, 0, "sound")]
    [InlineData("a.txt", "StartAt: A\nStates:\n  A: {Type: Succeed}\n", 0, "sound")]
    public async Task Should_read_either_notation(string name, string text, int exitCode, string said)
    {
        using var directory = new TemporaryDirectory();
        var outcome = await FlowCli.RunAsync("workflows", "validate", directory.Write(name, text));
        outcome.ExitCode.ShouldBe(exitCode, outcome.Output + outcome.Error);
        outcome.Output.ShouldContain(said);
    }

    [Fact]
    public async Task Should_read_standard_input()
    {
        (await FlowCli.RunAsync(["workflows", "validate", "-"], input: Sound)).ExitCode.ShouldBe(0);
        (await FlowCli.RunAsync(["workflows", "validate", "-"], input: Unsound)).ExitCode.ShouldBe(1);
    }
}
