using System.Text.Json;
using Flow.Contracts.Api;

namespace Flow.Transports.Matrix.Tests;

public abstract partial class TransportMatrix
{
    // capabilities 17, 21, 22, 156
    [Fact]
    public async Task Should_run_the_demo_workflow()
    {
        var directory = Directory.CreateTempSubdirectory("flow-matrix-");
        try
        {
            for (var file = 0; file < 30; file++)
                await File.WriteAllTextAsync(Path.Combine(directory.FullName, $"{file}.txt"), $"file {file}\n");
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "large.txt"), string.Concat(Enumerable.Repeat("word\n", 5000)));

            var run = await _flow.RunAsync("digest", await File.ReadAllTextAsync(Repository.PathOf("examples", "digest.asl.json")), new { directory = directory.FullName, maxFiles = 100 });

            run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
            var report = run.Output!.Value;
            (report.GetProperty("files").GetInt32(), report.GetProperty("words").GetInt32()).ShouldBe((31, 5060));
            report.GetProperty("largest")[0].GetProperty("path").GetString().ShouldBe("large.txt");
            (await _flow.Client.ListErrorsAsync(run.Run.RunId)).Items.ShouldHaveSingleItem().Error.ShouldBe("Demo.FailsOnce");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    // capabilities 18, 22
    [Fact]
    public async Task Should_join_a_Map_of_200_items_in_order()
    {
        var items = Enumerable.Range(0, 200).ToArray();

        var run = await _flow.RunAsync("wide", MapOf("echo"), items);

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        run.Output!.Value.Deserialize<int[]>().ShouldBe(items);
    }

    // capability 105
    [Fact]
    public async Task Should_retry_a_failure_that_passes()
    {
        var run = await _flow.RunAsync("retried", FlowSite.OneTask("fail-once", """ "Retry": [{"ErrorEquals": ["Card.Declined"], "IntervalSeconds": 1, "MaxAttempts": 2}],"""), new { n = 1 });

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        (run.Run.EndedAt!.Value - run.Run.StartedAt).ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        (await _flow.Client.ListErrorsAsync(run.Run.RunId)).Items.ShouldHaveSingleItem().Error.ShouldBe("Card.Declined");
    }

    // capability 27
    [Fact]
    public async Task Should_wait_for_a_timer()
    {
        var run = await _flow.RunAsync(
            "waits", """{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "Next": "Work"}, "Work": {"Type": "Task", "Resource": "flow:echo", "End": true}}}""", new { n = 1 });

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        (run.Run.EndedAt!.Value - run.Run.StartedAt).ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
    }

    internal static string MapOf(string handler) => $$"""
        {"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true, "ItemProcessor": {
          "StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": "flow:{{handler}}", "End": true} } } } } }
        """;
}
