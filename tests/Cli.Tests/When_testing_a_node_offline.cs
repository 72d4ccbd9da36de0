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
    public async Task Should_list_what_is_wrong_with_an_unsound_definition()
    {
        using var directory = new TemporaryDirectory();
        var outcome = await FlowCli.RunAsync("workflows", "test", directory.Write("a.json", """{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}"""), "--node", "A", "--input", "{}");

        outcome.ExitCode.ShouldBe(1);
        (outcome.Output + outcome.Error).ShouldContain("/States/A/Next");
    }
}
