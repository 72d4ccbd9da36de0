using System.Net;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Tests.Runs;

public abstract partial class RunContract
{
    // capability 76
    [Theory]
    [InlineData("Critical", "flow-work-nobody-critical")]
    [InlineData("Default", "flow-work-nobody")]
    [InlineData("Low", "flow-work-nobody-low")]
    public async Task Should_put_the_items_of_a_run_into_the_lane_of_its_priority(string priority, string lane)
    {
        await _flow.RegisterAsync("waits", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:nobody/serves","End":true}}}""");
        await _flow.RegisterAsync("served", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:echo","End":true}}}""");
        var waiting = await _flow.StartRunAsync("waits", more: body => body["priority"] = priority);
        await TokenAsync(waiting, 1);

        (await PagedAsync<RunWorkItem>($"/v1/runs/{waiting}/work-items", limit: 10)).ShouldHaveSingleItem().Queue.ShouldBe(lane);
        (await WhyAsync(waiting)).Holds.ShouldHaveSingleItem().Text.ShouldContain($"is in queue '{lane}'");
        var served = await _flow.EndedAsync(await _flow.StartRunAsync("served", new { a = 1 }, body => body["priority"] = priority));
        served.Output!.Value.GetRawText().ShouldBe("""{"a":1}""");
    }

    // capability 76
    [Fact]
    public async Task Should_hand_out_items_by_the_weights_of_their_lanes_to_whoever_polls()
    {
        await _flow.RegisterAsync("outside", Outside);
        foreach (var priority in new[] { "Low", "Default", "Critical" })
        {
            for (var i = 0; i < 12; i++)
                await TokenAsync(await _flow.StartRunAsync("outside", more: body => body["priority"] = priority), 1);
        }

        List<Priority> handedOut = [];
        while (handedOut.Count < 20)
        {
            foreach (var polled in await PollAsync())
            {
                handedOut.Add(polled.Item.Priority);
                await TellAsync(polled, "complete", new { output = 1 });
            }
        }

        handedOut.Count(p => p == Priority.Critical).ShouldBeInRange(10, 12);
        handedOut.Count(p => p == Priority.Default).ShouldBeInRange(5, 8);
        handedOut.Count(p => p == Priority.Low).ShouldBeInRange(1, 4);
    }

    // capability 75
    [Fact]
    public async Task Should_refuse_a_queue_with_the_name_of_a_lane_wherever_it_is_named()
    {
        const string Misnamed = """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:video-low/cut","End":true}}}""";
        using var definition = new StringContent(Misnamed, System.Text.Encoding.UTF8, "application/json");
        var registration = await _flow.Http.PostAsync("/v1/workflows/misnamed", definition);
        (await registration.Content.ReadAsStringAsync()).ShouldContain("the ending of a lane");
        await ShouldBeRefusedAsync(registration, HttpStatusCode.BadRequest, "invalid-definition");
        using var start = new StringContent("""{"workflow":"misnamed","queue":"video-critical"}""", System.Text.Encoding.UTF8, "application/json");
        var started = await _flow.Http.PostAsync("/v1/runs", start);
        (await started.Content.ReadAsStringAsync()).ShouldContain("the ending of a lane");
        await ShouldBeRefusedAsync(started, HttpStatusCode.BadRequest, "invalid-request");

        // As an earlier version registered it.
        await ChangeAsync(async db =>
        {
            db.Workflows.Add(new WorkflowVersion { Name = "misnamed", Version = 1, Hash = "0", Definition = Misnamed, RegisteredAt = TimeProvider.System.GetUtcNow() });
            await db.SaveChangesAsync();
        });
        var run = await _flow.RunAsync("misnamed");
        run.Run.Error.ShouldBe("Flow.InvalidQueue");
        run.Cause!.ShouldContain("'video-low' is not a queue name");
    }
}
