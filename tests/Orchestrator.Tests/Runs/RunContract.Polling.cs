using System.Net;
using System.Net.Http.Json;
using Flow.Orchestrator.Tests.Hosts;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

public abstract partial class RunContract
{
    private const string Outside = """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:outside/draw","Catch":[{"ErrorEquals":["Draw.Torn"],"Next":"C"}],"End":true},"C":{"Type":"Pass","End":true}}}""";

    [Fact]
    public async Task Should_hand_an_item_to_whoever_polls_its_queue()
    {
        await _flow.RegisterAsync("outside", Outside);
        // Before there is an item, or a queue.
        var waiting = PollAsync();
        var runId = await _flow.StartRunAsync("outside", new { a = 1 });
        var polled = (await waiting).ShouldHaveSingleItem();

        polled.Item.RunId.ShouldBe(runId);
        polled.Item.Handler.ShouldBe("draw");
        polled.Item.Input.GetRawText().ShouldBe("""{"a":1}""");
        await Eventually.HoldsAsync("the lease to be explained", async () => (await WhyAsync(runId)).Holds.Single().Text.Contains("Worker outsider has it under a lease", StringComparison.Ordinal));
        (await TellAsync(polled, "complete", new { output = new { drawn = true } })).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        (await _flow.EndedAsync(runId)).Output!.Value.GetRawText().ShouldBe("""{"drawn":true}""");
        (await PollAsync(waitSeconds: 1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_catch_what_whoever_polled_says_went_wrong()
    {
        await _flow.RegisterAsync("outside", Outside);
        var runId = await _flow.StartRunAsync("outside");
        (await TellAsync((await PollAsync()).Single(), "fail", new { error = "Draw.Torn", cause = "thin paper" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        (await _flow.EndedAsync(runId)).Output!.Value.GetRawText().ShouldBe("""{"Error":"Draw.Torn","Cause":"thin paper"}""");
    }

    [Fact]
    public async Task Should_hand_out_again_what_a_dead_poller_had()
    {
        await _flow.RegisterAsync("outside", Outside);
        var runId = await _flow.StartRunAsync("outside");
        var lost = (await PollAsync(leaseSeconds: 1)).Single();

        var found = (await PollAsync(waitSeconds: 30)).Single();

        found.TaskToken.ShouldNotBe(lost.TaskToken);
        found.Item.Attempt.ShouldBe(1);
        (await TellAsync(lost, "complete", new { output = 1 })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await TellAsync(found, "complete", new { output = 2 })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await _flow.EndedAsync(runId)).Output!.Value.GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Should_renew_a_lease_by_a_heartbeat()
    {
        await _flow.RegisterAsync("outside", Outside);
        var runId = await _flow.StartRunAsync("outside");
        var polled = (await PollAsync(leaseSeconds: 60)).Single();
        (await TellAsync(polled, "heartbeat", new { progress = 10, leaseSeconds = 86_400, workerId = "outsider" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        await Eventually.HoldsAsync("the lease to be longer", async () => (await WhyAsync(runId)).Holds.Single().Until > polled.Item.ScheduledAt.AddHours(23));
        (await TellAsync(polled, "heartbeat", new { leaseSeconds = 0 })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await TellAsync(polled, "complete", new { output = 1 })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
    }

    [Fact]
    public async Task Should_hand_out_at_once_what_a_poller_releases_and_leave_alone_what_it_holds()
    {
        await _flow.RegisterAsync("outside", Outside);
        var runId = await _flow.StartRunAsync("outside");
        var first = (await PollAsync(leaseSeconds: 86_400)).Single();
        (await TellAsync(first, "release", new { })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var second = (await PollAsync(leaseSeconds: 86_400)).Single();
        second.TaskToken.ShouldNotBe(first.TaskToken);
        (await TellAsync(second, "release", new { isHeld = true })).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        await Eventually.HoldsAsync("the lease to be over", async () => !(await WhyAsync(runId)).Holds.Single().Text.Contains("lease", StringComparison.Ordinal));
        (await TellAsync(second, "complete", new { output = 1 })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
    }

    [Fact]
    public async Task Should_hand_out_each_of_many_items_once_to_several_pollers()
    {
        const int Items = 30;
        await _flow.RegisterAsync("many", """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:outside/draw","End":true}}},"End":true}}}
            """);
        var runId = await _flow.StartRunAsync("many", new { items = Enumerable.Range(0, Items) });
        async Task<List<int>> WorkAsync()
        {
            List<int> mine = [];
            while (await PollAsync(maxItems: 4, waitSeconds: 5) is { Count: > 0 } polled)
            {
                polled.Count.ShouldBeLessThanOrEqualTo(4);
                foreach (var one in polled)
                {
                    mine.Add(one.Item.Input.GetInt32());
                    (await TellAsync(one, "complete", new { output = one.Item.Input })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
                }
            }

            return mine;
        }

        var done = await Task.WhenAll(WorkAsync(), WorkAsync(), WorkAsync());

        (await _flow.EndedAsync(runId)).Output!.Value.Deserialize<int[]>().ShouldBe(Enumerable.Range(0, Items));
        done.SelectMany(d => d).Order().ShouldBe(Enumerable.Range(0, Items));
    }

    [Fact]
    public async Task Should_lose_nothing_when_pollers_hang_up()
    {
        const int Runs = 12;
        await _flow.RegisterAsync("outside", Outside);
        List<Guid> started = [];
        for (var i = 0; i < Runs; i++)
        {
            using var hangUp = new CancellationTokenSource();
            var poll = PollAsync(leaseSeconds: 3, maxItems: 3, cancellationToken: hangUp.Token);
            started.Add(await _flow.StartRunAsync("outside", new { i }));
            await hangUp.CancelAsync();
            await poll.ContinueWith(_ => { }, TaskScheduler.Default);
        }

        HashSet<Guid> seen = [];
        await Eventually.HoldsAsync("every item to come", async () =>
        {
            foreach (var polled in await PollAsync(maxItems: 10, waitSeconds: 5))
            {
                seen.Add(polled.Item.RunId);
                await TellAsync(polled, "complete", new { output = 1 });
            }

            return seen.Count == Runs;
        });
        foreach (var runId in started)
            (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
    }

    [Fact]
    public async Task Should_leave_to_the_queue_what_nobody_polls_for_any_more()
    {
        await _flow.RegisterAsync("outside", Outside);
        var first = await _flow.StartRunAsync("outside");
        var second = await _flow.StartRunAsync("outside");
        // The next item is in hand when this one is handed out.
        var one = (await PollAsync()).Single();
        await TellAsync(one, "complete", new { output = 1 });
        var polls = _flow.Services.GetRequiredService<Polling.WorkItemPolls>();
        await Eventually.HoldsAsync("the queue to be closed", () => polls.Open.Count == 0);

        var other = (await PollAsync()).Single();

        other.Item.RunId.ShouldNotBe(one.Item.RunId);
        await TellAsync(other, "complete", new { output = 2 });
        (await _flow.EndedAsync(first)).Run.Status.ShouldBe(RunStatus.Succeeded);
        (await _flow.EndedAsync(second)).Run.Status.ShouldBe(RunStatus.Succeeded);
        (await _flow.HistoryAsync(other.Item.RunId)).Count(e => e.Event.Type == "TaskScheduled").ShouldBe(1);
    }

    [Fact]
    public async Task Should_fail_an_item_whose_handler_no_poller_has()
    {
        await _flow.RegisterAsync("outside", Outside);
        using var hangUp = new CancellationTokenSource();
        var poll = PollAsync(waitSeconds: 60, handlers: ["paint", "cut"], cancellationToken: hangUp.Token);

        var run = await _flow.RunAsync("outside");

        poll.IsCompleted.ShouldBeFalse();
        await hangUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(poll);
        run.Run.Error.ShouldBe("Flow.UnknownHandler");
        run.Cause!.ShouldContain("paint, cut");
    }

    [Fact]
    public async Task Should_not_hand_out_an_item_that_nobody_waits_for()
    {
        await _flow.RegisterAsync("outside", Outside);
        var runId = await _flow.StartRunAsync("outside");
        await TokenAsync(runId, 1);
        (await _flow.Http.PostAsJsonAsync($"/v1/runs/{runId}/cancel", new { })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await _flow.EndedAsync(runId);

        (await PollAsync(waitSeconds: 1)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"workerId":"w","queue":"No Queue"}""", "queue name")]
    [InlineData("""{"workerId":""}""", "workerId")]
    [InlineData("""{"workerId":"w","maxItems":101}""", "maxItems is 101")]
    [InlineData("""{"workerId":"w","waitSeconds":0}""", "waitSeconds is 0")]
    [InlineData("""{"workerId":"w","leaseSeconds":90000}""", "leaseSeconds is 90000")]
    public async Task Should_refuse_a_poll_that_is_out_of_bounds(string body, string detail)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var answer = await _flow.Http.PostAsync("/v1/work-items/poll", content);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(detail);
        await ShouldBeRefusedAsync(answer, HttpStatusCode.BadRequest, "invalid-request");
        (await _flow.Http.GetStringAsync("/openapi/v1.json")).ShouldContain("/v1/work-items/poll");
    }

    private async Task<IReadOnlyList<PolledWorkItem>> PollAsync(
        int maxItems = 1, int waitSeconds = 20, int leaseSeconds = 60, string[]? handlers = null, CancellationToken cancellationToken = default)
    {
        var answer = await _flow.Http.PostAsJsonAsync("/v1/work-items/poll", new { queue = "outside", handlers, workerId = "outsider", maxItems, waitSeconds, leaseSeconds }, cancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(cancellationToken));
        return (await answer.Content.ReadFromJsonAsync<PolledWorkItems>(JsonSerializerOptions.Web, cancellationToken))!.Items;
    }

    private Task<HttpResponseMessage> TellAsync(PolledWorkItem polled, string verb, object body) => _flow.Http.PostAsJsonAsync($"/v1/work-items/{polled.TaskToken}/{verb}", body);
}
