using System.Net;
using System.Net.Http.Json;
using Flow.Worker;

namespace Flow.Orchestrator.Tests.Runs;

public abstract partial class RunContract
{
    [Fact]
    public async Task Should_run_a_handler_as_a_job_without_a_workflow()
    {
        var run = await _flow.EndedAsync((await DispatchAsync(new { handler = "echo", payload = new { a = 1 } })).RunId);

        (run.Run.Status, run.Run.Workflow, run.Run.Version, run.Trigger).ShouldBe((RunStatus.Succeeded, "job:echo", 1, Trigger.Manual));
        run.Output!.Value.GetRawText().ShouldBe("""{"a":1}""");
        (await _flow.HistoryAsync(run.Run.RunId)).Select(e => e.Event.Type)
            .ShouldBe(["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"]);
        (await PagedAsync<RunSummary>("/v1/runs?workflow=job:echo", limit: 10)).ShouldHaveSingleItem();
        (await PagedAsync<WorkflowSummary>("/v1/workflows", limit: 100)).ShouldBeEmpty();
        (await _flow.Http.GetFromJsonAsync<WorkflowDetails>("/v1/workflows/job:echo?version=3", JsonSerializerOptions.Web))!.Definition
            .GetProperty("States").GetProperty("Job").GetProperty("Retry")[1].GetProperty("MaxAttempts").GetInt32().ShouldBe(1);
    }

    // capability 107
    [Theory]
    [InlineData(null, 1, 3)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 2)]
    public async Task Should_attempt_a_job_as_often_as_it_says_or_else_as_its_handler_says(int? maxAttempts, int attempts, int calls)
    {
        var runId = (await DispatchAsync(new { handler = "flaky", payload = new { key = "job" }, maxAttempts })).RunId;

        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Failed);
        (await PagedAsync<FailedAttempt>($"/v1/runs/{runId}/errors", limit: 10)).Select(e => (e.Attempt, e.IsPermanent)).ShouldBe(Enumerable.Range(1, attempts).Select(a => (a, a == attempts)));
        _calls["job"].ShouldBe(calls);
    }

    [Fact]
    public async Task Should_steer_a_job_as_any_run()
    {
        var later = (await DispatchAsync(new { handler = "echo", delaySeconds = 600, priority = "Critical" })).RunId;
        (await WhyAsync(later)).Holds.ShouldHaveSingleItem().Reason.ShouldBe(HoldReason.Scheduled);
        await SteerAsync(later, "cancel");
        (await _flow.EndedAsync(later)).Run.Status.ShouldBe(RunStatus.Cancelled);

        var waiting = (await DispatchAsync(new { handler = "send", queue = "nobody" })).RunId;
        (await WhyAsync(waiting)).Holds.ShouldHaveSingleItem().Text.ShouldContain("handler 'send' is in queue 'flow-work-nobody'");

        var failed = (await DispatchAsync(new { handler = "fail-once", payload = new { key = "redriven" } })).RunId;
        (await _flow.EndedAsync(failed)).Run.Status.ShouldBe(RunStatus.Failed);
        (await _flow.Http.PostAsJsonAsync($"/v1/runs/{failed}/redrive", new { version = 4 })).EnsureSuccessStatusCode();
        var redriven = await _flow.EndedAsync(failed);
        (redriven.Run.Status, redriven.Run.Version).ShouldBe((RunStatus.Succeeded, 4));
    }

    [Fact]
    public async Task Should_start_one_job_for_one_key_and_begin_it_after_its_delay()
    {
        var before = TimeProvider.System.GetUtcNow();
        var first = await DispatchAsync(new { handler = "echo", payload = 7, delaySeconds = 1.5 }, key: "k");
        (await DispatchAsync(new { handler = "echo", payload = 7, delaySeconds = 1.5 }, key: "k")).RunId.ShouldBe(first.RunId);
        (await DispatchAsync(new { handler = "fail", payload = 7 }, key: "k")).RunId.ShouldNotBe(first.RunId);
        await ShouldBeRefusedAsync(await PostJobAsync(new { handler = "echo", payload = 8 }, "k"), HttpStatusCode.Conflict, "idempotency-conflict");

        (await _flow.EndedAsync(first.RunId)).Run.StartedAt.ShouldBeGreaterThanOrEqualTo(before.AddSeconds(1.5));
    }

    [Fact]
    public async Task Should_refuse_a_job_that_is_not_sound_and_say_why()
    {
        await RefusedAsync(new { handler = "a/b" }, "'a/b' is not a handler name");
        await RefusedAsync(new { handler = "echo", queue = "No Queue" }, "queue 'No Queue' is not a queue name");
        await RefusedAsync(new { handler = "echo", delaySeconds = -1 }, "delaySeconds is -1; allowed are 0 to");
        await RefusedAsync(new { handler = "echo", maxAttempts = 0 }, "maxAttempts is 0; allowed are 1 to 100");
        (await ProblemAsync(await _flow.Http.PostAsJsonAsync("/v1/runs", new { workflow = "job:a b" }), HttpStatusCode.BadRequest)).ShouldContain("'a b' is not a handler name");
        (await ProblemAsync(await _flow.Http.PostAsJsonAsync("/v1/runs", new { workflow = "job:echo", version = 102 }), HttpStatusCode.BadRequest)).ShouldContain("version is 102");

        async Task RefusedAsync(object body, string said) => (await ProblemAsync(await PostJobAsync(body, null), HttpStatusCode.BadRequest)).ShouldContain(said);
    }

    private async Task<RunSummary> DispatchAsync(object body, string? key = null)
    {
        var answer = await PostJobAsync(body, key);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<RunSummary>(JsonSerializerOptions.Web))!;
    }

    private async Task<HttpResponseMessage> PostJobAsync(object body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs") { Content = JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await _flow.Http.SendAsync(request);
    }

    private Task<JsonElement> FlakyAsync(JsonElement input, NodeContext context)
    {
        _calls.AddOrUpdate(input.GetProperty("key").GetString()!, 1, (_, n) => n + 1);
        throw new IOException("down");
    }
}
