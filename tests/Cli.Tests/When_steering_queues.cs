namespace Flow.Cli.Tests;

/// <summary><c>flow queues</c> against a real <c>flow dev</c>.</summary>
public sealed class When_steering_queues(DevProcess flow) : IClassFixture<DevProcess>
{
    // capabilities 78, 84, 85
    [Fact]
    public async Task Should_list_pause_resume_and_purge()
    {
        using var directory = new TemporaryDirectory();
        await flow.RunAsync("workflows", "register", directory.Write("film.json", """{"StartAt":"Cut","States":{"Cut":{"Type":"Task","Resource":"flow:video/cut","End":true}}}"""));
        var runId = (await flow.RunAsync("start", "film", "--priority", "low", "-o", "json")).Json.GetProperty("runId").GetString()!;
        var list = await flow.RunAsync("queues");
        for (var looks = 0; looks < 60 && !list.Output.Contains("unserved", StringComparison.Ordinal); looks++)
            list = await flow.RunAsync("queues");
        foreach (var part in new[] { "queue", "critical", "default", "video", "unserved" })
            list.Output.ShouldContain(part);
        (await flow.RunAsync("queues", "pause", "video", "--reason", "no cutter")).Output.ShouldContain("flow queues resume video");
        (await flow.RunAsync("queues")).Output.ShouldContain("no cutter");
        (await flow.RunAsync("why", runId)).Output.ShouldContain("flow queues resume video");
        (await flow.RunAsync("queues", "resume", "video")).Output.ShouldContain("not paused; no worker says that it serves it");

        var unsure = await flow.RunAsync("queues", "purge", "video");
        (unsure.ExitCode, unsure.Output).ShouldBe((2, ""));
        unsure.Error.ShouldContain("1 item (critical 0, default 0, low 1)");
        (await flow.RunAsync("queues", "purge", "video", "--yes")).Output.ShouldContain("Thrown away: 1 item of queue 'video'");
        (await flow.RunAsync("queues", "delete", "video")).Output.ShouldContain("Queue 'video' is deleted; thrown away: 0 items.");
        var ended = await flow.RunAsync("wait", runId, "--timeout", "60s");
        ended.ExitCode.ShouldBe(1);
        ended.Output.ShouldContain("Flow.Purged");
        var video = (await flow.RunAsync("queues", "-o", "json")).Json.GetProperty("items").EnumerateArray().Select(q => q.GetProperty("queue").GetString());
        video.ShouldBe(["default"]);
    }

    [Fact]
    public async Task Should_say_what_is_wrong_with_a_name()
    {
        var outcome = await flow.RunAsync("queues", "pause", "video-low");
        outcome.ExitCode.ShouldBe(1);
        outcome.Error.ShouldContain("the ending of a lane");
        (await flow.RunAsync("queues", "pause")).ExitCode.ShouldBe(2);
    }
}
