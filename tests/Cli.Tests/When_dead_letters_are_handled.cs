using System.Diagnostics;

namespace Flow.Cli.Tests;

// capability 112, capability 113, capability 114, capability 150
public sealed class When_dead_letters_are_handled(DevProcess flow) : IClassFixture<DevProcess>
{
    [Fact]
    public async Task Should_list_show_replay_archive_and_delete_them_and_say_what_was_done()
    {
        using var directory = new TemporaryDirectory();
        // There is no such handler.
        await flow.RunAsync("workflows", "register", directory.Write("order.json", """{"StartAt":"Charge","States":{"Charge":{"Type":"Task","Resource":"flow:nobody","End":true}}}"""));
        var runs = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var started = await flow.RunAsync("start", "order", "--input", """{"order":7}""", "--wait", "--timeout", "60s", "-o", "json");
            started.ExitCode.ShouldBe(1);
            runs.Add(started.Json.GetProperty("run").GetProperty("runId").GetString()!);
        }

        var letters = await UntilAsync("open", 2);
        var table = await LettersAsync("list", "--workflow", "order");
        table.Output.ShouldContain("UnknownHandler");
        table.Output.ShouldContain("order/Charge");
        table.Output.ShouldContain(letters[0]);
        var shown = await LettersAsync("show", letters[0]);
        shown.Output.ShouldContain("flow-work-default");
        shown.Output.ShouldContain("Flow.UnknownHandler");
        shown.Output.ShouldContain("\"order\": 7");

        // The handler is still missing: the first letter alone is tried, and the other stays as it was.
        var replayed = await LettersAsync("replay", "--workflow", "order", "--canary", "60");
        replayed.ExitCode.ShouldBe(1, replayed.Output + replayed.Error);
        replayed.Output.ShouldContain("the other 1 are as they were");

        letters = await UntilAsync("open", 2);
        (await LettersAsync("archive", letters[0])).Output.ShouldContain("Archive of 1 letter: 1 archived.");
        (await UntilAsync("archived", 1)).ShouldBe([letters[0]]);
        (await LettersAsync("delete", "--status", "archived")).Output.ShouldContain("Delete of 1 letter: 1 deleted.");
        (await LettersAsync("replay", letters[1])).Output.ShouldContain("Replay of 1 letter: 1 replayed.");
        var acts = (await LettersAsync("acts", "-o", "json")).Json.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("kind").GetString()).ToArray();
        acts.ShouldBe(["Replay", "Delete", "Archive", "Replay"]);
        (await LettersAsync("acts")).Output.ShouldContain(Environment.UserName);
    }

    [Theory]
    [InlineData("replay", 2, "either their ids, or a filter")]
    [InlineData("show 019a0000-0000-7000-8000-000000000001", 1, "There is no dead letter 019a0000-0000-7000-8000-000000000001")]
    [InlineData("list --kind poison", 2, "'poison' is not one of")]
    public async Task Should_say_what_is_wrong(string arguments, int exitCode, string said)
    {
        var outcome = await LettersAsync(arguments.Split(' '));
        outcome.ExitCode.ShouldBe(exitCode);
        outcome.Error.ShouldContain(said);
        outcome.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_exit_3_when_no_monitor_answers()
    {
        var outcome = await FlowCli.RunAsync("dead-letters", "list", "--monitor", "http://127.0.0.1:1");
        outcome.ExitCode.ShouldBe(3);
        outcome.Error.ShouldContain("No Flow monitor answers at http://127.0.0.1:1/");
        outcome.Error.ShouldContain("--monitor");
    }

    private Task<Outcome> LettersAsync(params string[] arguments) => flow.RunAsync(["dead-letters", .. arguments, "--monitor", flow.MonitorUrl]);

    private async Task<string[]> UntilAsync(string status, int count)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var clock = Stopwatch.StartNew(); ;)
        {
            var items = (await LettersAsync("list", "--status", status, "-o", "json")).Json.GetProperty("items").EnumerateArray().ToArray();
            if (items.Length == count && items.All(l => l.TryGetProperty("queue", out _) && l.TryGetProperty("resource", out _)))
                return [.. items.Select(l => l.GetProperty("id").GetString()!)];
            clock.Elapsed.ShouldBeLessThan(Patience.Limit, $"{items.Length} letters are {status}");
            await timer.WaitForNextTickAsync();
        }
    }
}
