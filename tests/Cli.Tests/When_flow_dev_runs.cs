using System.Net;
using System.Net.Sockets;

namespace Flow.Cli.Tests;

public sealed class When_flow_dev_runs
{
    // capability 93
    [Fact]
    public async Task Should_stop_in_good_order_and_keep_its_runs()
    {
        await using var flow = new DevProcess();
        await flow.StartAsync();
        await flow.RunAsync("workflows", "register", Repository.File("examples", "order.asl.yaml"));
        var runId = (await flow.RunAsync("start", "order", "--input", """{"id": 1, "total": 20}""", "-o", "json")).Json.GetProperty("runId").GetString()!;

        var (exitCode, error) = await flow.StopAsync();
        exitCode.ShouldBe(0, error);
        error.ShouldBeEmpty();
        File.Exists(flow.Database + ".lock").ShouldBeFalse();

        await flow.StartAsync();
        var waited = await flow.RunAsync("wait", runId, "--timeout", "60s");
        waited.ExitCode.ShouldBe(0, waited.Output + waited.Error);
    }

    // capability 54
    [Fact]
    public async Task Should_go_on_after_a_kill()
    {
        await using var flow = new DevProcess();
        await flow.StartAsync();
        await flow.RunAsync("workflows", "register", Repository.File("examples", "order.asl.yaml"));
        var runId = (await flow.RunAsync("start", "order", "--input", """{"id": 1, "total": 200}""", "-o", "json")).Json.GetProperty("runId").GetString()!;
        await flow.KillAsync();

        await flow.StartAsync();
        var waited = await flow.RunAsync("wait", runId, "--timeout", "90s");
        waited.ExitCode.ShouldBe(0, waited.Output + waited.Error);
    }

    [Fact]
    public async Task Should_serve_health_and_the_monitor()
    {
        await using var flow = new DevProcess();
        await flow.StartAsync();
        using var http = new HttpClient();
        foreach (var address in (string[])[flow.Url + "/health/ready", flow.MonitorUrl + "/health/ready", flow.MonitorUrl + "/metrics", flow.MonitorUrl + "/"])
            (await http.GetAsync(new Uri(address), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK, address);
    }

    // capability 157
    [Theory]
    [InlineData("--port", "--monitor-port")]
    [InlineData("--monitor-port", "--port")]
    public async Task Should_name_the_port_that_is_taken_and_its_option(string option, string other)
    {
        using var directory = new TemporaryDirectory();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var outcome = await FlowCli.RunAsync("dev", "--db", directory.File("flow.db"), option, port.ToString(), other, "0");
        outcome.ExitCode.ShouldBe(1);
        outcome.Error.ShouldContain(port.ToString());
        outcome.Error.ShouldContain(option);
    }

    [Fact]
    public async Task Should_keep_a_second_one_off_its_file()
    {
        await using var flow = new DevProcess();
        await flow.StartAsync();
        var outcome = await FlowCli.RunAsync("dev", "--db", flow.Database, "--port", "0", "--monitor-port", "0");
        outcome.ExitCode.ShouldBe(1);
        outcome.Error.ShouldContain("in use by another 'flow dev'");
        outcome.Error.ShouldContain("--db");
    }

    [Fact]
    public async Task Should_name_the_directory_that_is_missing()
    {
        var outcome = await FlowCli.RunAsync("dev", "--db", "/no/such/directory/flow.db", "--port", "0", "--monitor-port", "0");
        outcome.ExitCode.ShouldBe(1);
        outcome.Error.ShouldContain("/no/such/directory");
    }
}
