namespace Flow.Cli.Tests;

// capability 89, 93
public sealed class When_a_worker_is_drained(DevProcess flow) : IClassFixture<DevProcess>
{
    [Fact]
    public async Task Should_wait_until_it_is_and_leave_new_items_in_their_queue()
    {
        var id = (await flow.WorkersAsync()).ShouldHaveSingleItem().GetProperty("workerId").GetString()!;

        (await flow.RunAsync("workers", "drain", id)).Output.ShouldContain("is asked to take nothing more");
        var drained = await flow.RunAsync("workers", "drain", id, "--wait");

        (drained.ExitCode, drained.Output).ShouldBe((0, $"Worker {id} is Drained.\n"));
        (await flow.RunAsync("workers")).Output.ShouldContain("Drained");
        var runId = (await flow.RunAsync("dispatch", "echo", "-o", "json")).Json.GetProperty("runId").GetString()!;
        (await flow.RunAsync("why", runId)).Output.ShouldContain("is in queue 'flow-work-default'");
    }
}
