using Flow.Worker.Tests.Bed;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Tests.Stock;

/// <summary><c>exec</c> with the programs every Unix has.</summary>
public sealed class ExecHandlerTests
{
    private static readonly (string, string)[] Settings =
    [
        ("Flow:Worker:Exec:Enabled", "true"),
        ("Flow:Worker:Exec:MaxOutputBytes", "2000"),
        ("Flow:Worker:Exec:Commands:cat", "/bin/cat"),
        ("Flow:Worker:Exec:Commands:echo", "/bin/echo"),
        ("Flow:Worker:Exec:Commands:ls", "/bin/ls"),
        ("Flow:Worker:Exec:Commands:env", "/usr/bin/env"),
        ("Flow:Worker:Exec:Commands:sleep", "/bin/sleep"),
        ("Flow:Worker:Exec:Commands:head", "/usr/bin/head"),
    ];

    [Fact]
    public async Task Should_be_off_by_default()
    {
        await using var bed = await StockBed.Start();
        var item = await bed.Desk.Send(Desk.Item("exec", new { command = "cat" }));

        var failure = await bed.Desk.Failure(item);
        failure.Error.ShouldBe("Exec.Disabled");
        failure.Cause.ShouldNotBeNull().ShouldContain("Flow:Worker:Exec:Enabled");
    }

    [Fact]
    public async Task Should_run_allowed_commands_only()
    {
        await using var bed = await StockBed.Start(Settings);
        var item = await bed.Desk.Send(Desk.Item("exec", new { command = "rm", arguments = new[] { "-rf", "/tmp/x" } }));

        var failure = await bed.Desk.Failure(item);
        failure.Error.ShouldBe("Exec.NotAllowed");
        failure.Cause.ShouldNotBeNull().ShouldEndWith("cat, echo, env, head, ls, sleep.");
    }

    [Fact]
    public async Task Should_give_the_input_on_stdin_and_read_json_from_stdout()
    {
        await using var bed = await StockBed.Start(Settings);
        var item = await bed.Desk.Send(Desk.Item("exec", new { command = "cat", text = "ü" }));

        (await bed.Desk.Success(item)).Output.GetProperty("text").GetString().ShouldBe("ü");
    }

    [Fact]
    public async Task Arguments_should_meet_no_shell()
    {
        await using var bed = await StockBed.Start(Settings);
        var item = await bed.Desk.Send(Desk.Item("exec", new { command = "echo", arguments = new[] { "$(id); `id`", "a  b", "> x" } }));

        (await bed.Desk.Success(item)).Output.GetString().ShouldBe("$(id); `id` a  b > x\n");
    }

    [Fact]
    public async Task The_workers_environment_should_not_reach_the_command()
    {
        Environment.SetEnvironmentVariable("Flow__Secret", "hush");
        await using var bed = await StockBed.Start(Settings);
        var item = await bed.Desk.Send(Desk.Item("exec", new { command = "env" }));

        var environment = (await bed.Desk.Success(item)).Output.GetString().ShouldNotBeNull();
        environment.ShouldContain($"FLOW_RUN_ID={item.RunId}");
        environment.ShouldContain($"FLOW_TOKEN={item.Token}");
        environment.ShouldNotContain("hush");
    }

    [Fact]
    public async Task A_failure_should_have_exit_code_and_the_end_of_stderr()
    {
        await using var bed = await StockBed.Start(Settings);
        var item = await bed.Desk.Send(Desk.Item("exec", new { command = "ls", arguments = new[] { "/does-not-exist" } }));

        var failure = await bed.Desk.Failure(item);
        failure.Error.ShouldBe("Exec.Failed");
        failure.Cause.ShouldNotBeNull().ShouldContain("exit code 2");
        failure.Details!.Value.GetProperty("exitCode").GetInt32().ShouldBe(2);
        failure.Details.Value.GetProperty("stderr").GetString().ShouldNotBeNull().ShouldContain("/does-not-exist");
    }

    [Fact]
    public async Task Too_much_output_should_end_the_command()
    {
        await using var bed = await StockBed.Start(Settings);
        var item = await bed.Desk.Send(Desk.Item("exec", new { command = "cat", arguments = new[] { "/dev/zero" } }));

        (await bed.Desk.Failure(item)).Error.ShouldBe("Exec.OutputTooLarge");
    }

    [Fact] // capability 95
    public async Task A_command_that_takes_too_long_should_be_killed()
    {
        await using var bed = await StockBed.Start([.. Settings, ("Flow:Worker:Concurrency", "1")]);
        var item = await bed.Desk.Send(Desk.Item("exec", new { command = "sleep", arguments = new[] { "600" } }) with { TimeoutSeconds = 1 });
        (await bed.Desk.Failure(item)).Error.ShouldBe("States.Timeout");

        // The one slot is free again, so the command has ended.
        await bed.Desk.Success(await bed.Desk.Send(Desk.Item("echo")));
    }

    [Theory]
    [InlineData("sh", "Flow:Worker:Exec:Commands:bad is 'sh'")]
    [InlineData("/does/not/exist", "Flow:Worker:Exec:Commands:bad is '/does/not/exist'")]
    public async Task A_command_that_is_no_program_should_stop_the_start(string path, string message) =>
        (await Should.ThrowAsync<OptionsValidationException>(() => StockBed.Start(("Flow:Worker:Exec:Enabled", "true"), ("Flow:Worker:Exec:Commands:bad", path))))
            .Message.ShouldContain(message);

    [Fact]
    public async Task Enabled_without_commands_should_stop_the_start() =>
        (await Should.ThrowAsync<OptionsValidationException>(() => StockBed.Start(("Flow:Worker:Exec:Enabled", "true")))).Message.ShouldContain("Flow:Worker:Exec:Commands is empty");
}
