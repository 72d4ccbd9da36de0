using System.Text.Json;

namespace Flow.Cli.Tests;

public sealed class When_testing_a_node_offline
{
    private static readonly string Order = Repository.File("examples", "order.asl.yaml");

    [Fact]
    public async Task Should_show_the_data_after_each_step_and_what_is_next()
    {
        var outcome = await FlowCli.RunAsync("workflows", "test", Order, "--node", "ReserveStock", "--input", """{"id": 7}""", "--mock-result", """{"reservation": "R-7"}""");

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        var lines = outcome.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        lines.ShouldContain("""afterParameters {"orderId":7,"reservation":"R-7"}""");
        lines.ShouldContain("status Succeeded");
        lines.ShouldContain("next (end)");
    }

    [Fact]
    public async Task Should_exit_1_where_the_node_fails()
    {
        var outcome = await FlowCli.RunAsync("workflows", "test", Order, "--node", "ReserveStock", "--input", """{"id": 7}""", "--mock-error", "States.Timeout", "--retry-count", "4", "-o", "json");

        outcome.ExitCode.ShouldBe(1);
        outcome.Json.GetProperty("error").GetString().ShouldBe("States.Timeout");
    }

    [Theory]
    [InlineData("Nowhere", "Nowhere")]
    [InlineData("ReserveStock", "mock")]
    public async Task Should_exit_2_where_the_test_does_not_fit(string node, string said)
    {
        var outcome = await FlowCli.RunAsync("workflows", "test", Order, "--node", node, "--input", "{}");

        outcome.ExitCode.ShouldBe(2);
        outcome.Error.ShouldContain(said);
    }

    [Fact]
    public async Task Should_test_one_state_alone_with_values_from_files()
    {
        using var directory = new TemporaryDirectory();
        var state = directory.Write("state.yaml", "Type: Task\nResource: flow:pay\nTimeoutSeconds: 9\nParameters: {n.$: $limit}\nNext: B\n");
        var variables = directory.Write("variables.json", """{"limit": 3}""");

        var outcome = await FlowCli.RunAsync(["workflows", "test", state, "--variables", $"@{variables}", "--mock-result", "-", "--level", "trace", "-o", "json"], input: "null");

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        outcome.Json.GetProperty("output").ValueKind.ShouldBe(JsonValueKind.Null);
        outcome.Json.GetProperty("nextNode").GetString().ShouldBe("B");
        outcome.Json.GetProperty("inspectionData").GetProperty("afterParameters").GetProperty("n").GetInt32().ShouldBe(3);
        outcome.Json.GetProperty("trace").GetProperty("workItem").GetProperty("timeoutSeconds").GetInt32().ShouldBe(9);
    }

    [Theory]
    [InlineData("--mock-error", "Broken", "/States/Prepare/Catch/0", "GiveStockBack")]
    [InlineData("--mock-result", "[{}, {}]", "States.Runtime", "at /States/Prepare")]
    public async Task Should_say_where_an_error_goes(string option, string value, string first, string second)
    {
        var outcome = await FlowCli.RunAsync("workflows", "test", Order, "--node", "Prepare", "--input", """{"id": 7, "total": 1}""", option, value);

        var said = string.Join(' ', outcome.Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        said.ShouldContain(first);
        said.ShouldContain(second);
    }

    [Fact]
    public async Task Should_point_at_the_field_whose_expression_fails()
    {
        using var directory = new TemporaryDirectory();
        var state = directory.Write("a.json", """{"StartAt": "A", "QueryLanguage": "JSONata", "States": {"A": {"Type": "Pass", "Output": {"n": "{% $states.input.missing %}"}, "End": true}}}""");

        var outcome = await FlowCli.RunAsync("workflows", "test", state);

        outcome.ExitCode.ShouldBe(1);
        outcome.Output.ShouldContain("/States/A/Output/n");
    }

    [Theory]
    [InlineData("--input", "{a", "--input")]
    [InlineData("--level", "loud", "debug, info, trace")]
    [InlineData("--retry-count", "-1", "--retry-count is '-1'")]
    public async Task Should_exit_2_where_an_option_is_wrong(string option, string value, string said)
    {
        var outcome = await FlowCli.RunAsync("workflows", "test", Order, "--node", "CheckOrder", option, value);

        outcome.ExitCode.ShouldBe(2);
        outcome.Error.ShouldContain(said);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/cli.md")]
    public async Task Should_do_what_the_documents_show(string document)
    {
        var lines = await File.ReadAllLinesAsync(Repository.File(document.Split('/')), TestContext.Current.CancellationToken);
        var shown = lines.Index().Where(line => line.Item.TrimStart('$', ' ', '.', '/').StartsWith("flow workflows test examples", StringComparison.Ordinal)).ToList();

        shown.ShouldNotBeEmpty();
        foreach (var (at, line) in shown)
        {
            var outcome = await FlowCli.RunAsync([.. Words(line[line.IndexOf("workflows", StringComparison.Ordinal)..])], directory: Repository.Root);
            outcome.Error.ShouldBeEmpty();
            if (line.StartsWith('$'))
                outcome.Output.TrimEnd().ShouldBe(string.Join('\n', lines.Skip(at + 1).TakeWhile(l => l != "```")));
        }
    }

    /// <summary>The words of a command as a shell takes them: single quotes keep spaces.</summary>
    private static IEnumerable<string> Words(string command) =>
        command.Split('\'').Index().SelectMany(part => part.Index % 2 == 1 ? [part.Item] : part.Item.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public async Task Should_list_what_is_wrong_with_an_unsound_definition()
    {
        using var directory = new TemporaryDirectory();
        var outcome = await FlowCli.RunAsync("workflows", "test", directory.Write("a.json", """{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}"""), "--node", "A", "--input", "{}");

        outcome.ExitCode.ShouldBe(1);
        (outcome.Output + outcome.Error).ShouldContain("/States/A/Next");
    }
}
