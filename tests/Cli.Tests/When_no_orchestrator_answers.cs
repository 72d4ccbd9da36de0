using System.Net;
using System.Net.Sockets;

namespace Flow.Cli.Tests;

// capability 151
public sealed class When_no_orchestrator_answers
{
    [Theory]
    [InlineData("start order")]
    [InlineData("runs")]
    [InlineData("runs -o json")]
    [InlineData("run 019a0000-0000-7000-8000-000000000001")]
    [InlineData("wait 019a0000-0000-7000-8000-000000000001 --timeout 1")]
    [InlineData("cancel 019a0000-0000-7000-8000-000000000001")]
    [InlineData("history 019a0000-0000-7000-8000-000000000001 --follow")]
    [InlineData("workflows list")]
    [InlineData("workflows show order")]
    public async Task Should_exit_3_and_say_where_it_looked(string arguments)
    {
        var address = $"http://127.0.0.1:{Ports.Free()}";
        var outcome = await FlowCli.RunAsync([.. arguments.Split(' '), "--url", address]);
        outcome.ExitCode.ShouldBe(3, outcome.Error);
        outcome.Error.ShouldContain(address);
        outcome.Error.ShouldContain("flow dev");
        outcome.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_take_the_address_from_the_environment()
    {
        var address = $"http://127.0.0.1:{Ports.Free()}";
        var outcome = await FlowCli.RunAsync(["runs"], environment: new Dictionary<string, string> { ["FLOW_URL"] = address });
        outcome.ExitCode.ShouldBe(3);
        outcome.Error.ShouldContain(address);
    }
}
