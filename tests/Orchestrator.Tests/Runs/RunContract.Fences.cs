using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Worker;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

public abstract partial class RunContract
{
    private const string GateThenWork = """
        {"StartAt":"Gate","States":{
          "Gate":{"Type":"Task","Resource":"flow:gated","Next":"Work"},
          "Work":{"Type":"Task","Resource":"flow:work","End":true}}}
        """;

    private const string Batch = """
        {"StartAt":"Before","States":{
          "Before":{"Type":"Task","Resource":"flow:work","ResultPath":null,"Next":"Each"},
          "Each":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"ItemProcessor":{"StartAt":"First","States":{
            "First":{"Type":"Task","Resource":"flow:work","Next":"Both"},
            "Both":{"Type":"Parallel","Branches":[{"StartAt":"L","States":{"L":{"Type":"Task","Resource":"flow:echo","End":true}}}],"OutputPath":"$[0].key","End":true}}},"End":true}}}
        """;

    private readonly ConcurrentDictionary<string, bool> _broken = new(StringComparer.Ordinal);

    // capabilities 35, 38, 39, 48
    [Fact]
    public async Task Should_start_nothing_while_it_is_paused_and_keep_what_was_in_flight()
    {
        await _flow.RegisterAsync("pause", GateThenWork);
        var runId = await _flow.StartRunAsync("pause", new { key = "paused" });
        await Eventually.HoldsAsync("the first handler to begin", () => _calls.ContainsKey("paused"));

        (await SteerAsync(runId, "pause", new { reason = "closed" })).Status.ShouldBe(RunStatus.Paused);
        _gate.SetResult();
        await Eventually.HoldsAsync("its result to be held", () => HeldAsync(runId).GetAwaiter().GetResult() == 1);
        _calls["paused"].ShouldBe(1);

        (await SteerAsync(runId, "resume")).Status.ShouldNotBe(RunStatus.Paused);
        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
        _calls["paused"].ShouldBe(2);
        (await HeldAsync(runId)).ShouldBe(0);
        var history = (await _flow.HistoryAsync(runId)).Select(e => e.Event.Type).ToList();
        history.IndexOf("ExecutionPaused").ShouldBeLessThan(history.IndexOf("ExecutionResumed"));
        history.IndexOf("ExecutionResumed").ShouldBeLessThan(history.IndexOf("TaskSucceeded"));
    }

    // capabilities 38, 39
    [Fact]
    public async Task Should_hold_a_wide_map_in_the_middle_and_let_it_end_with_every_item_done_once()
    {
        await _flow.RegisterAsync("pause-wide", """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":3,"ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:work","End":true}}},"End":true}}}
            """);
        var keys = Enumerable.Range(0, 150).Select(i => $"wide-{i}").ToList();
        var runId = await _flow.StartRunAsync("pause-wide", new { items = keys.Select(key => new { key }) });

        for (var i = 0; i < 5; i++)
        {
            var before = _calls.Count;
            await Eventually.HoldsAsync("some items to be done", () => _calls.Count > before || _calls.Count == keys.Count);
            await SendSteerAsync(runId, "pause");
            await SendSteerAsync(runId, "resume");
        }

        var run = await _flow.EndedAsync(runId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.EnumerateArray().Select(e => e.GetProperty("key").GetString()).ShouldBe(keys);
        keys.ShouldAllBe(key => _calls[key] == 1);
    }

    // capabilities 37, 38
    [Fact]
    public async Task Should_cancel_a_paused_run_and_forget_what_it_held()
    {
        await _flow.RegisterAsync("pause", GateThenWork);
        var runId = await _flow.StartRunAsync("pause", new { key = "cancelled" });
        await Eventually.HoldsAsync("the first handler to begin", () => _calls.ContainsKey("cancelled"));
        await SteerAsync(runId, "pause");
        _gate.SetResult();
        await Eventually.HoldsAsync("its result to be held", () => HeldAsync(runId).GetAwaiter().GetResult() == 1);

        (await SteerAsync(runId, "cancel")).Status.ShouldBe(RunStatus.Cancelled);

        (await HeldAsync(runId)).ShouldBe(0);
        (await ProblemAsync(await SendSteerAsync(runId, "resume"), HttpStatusCode.Conflict)).ShouldContain("not-paused");
        (await ProblemAsync(await SendSteerAsync(runId, "pause"), HttpStatusCode.Conflict)).ShouldContain("already-ended");
    }

    // capability 38
    [Fact]
    public async Task Should_not_start_a_scheduled_run_that_is_paused()
    {
        await _flow.RegisterAsync("later", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:work","End":true}}}""");
        var runId = await _flow.StartRunAsync("later", new { key = "later" }, body => body["notBefore"] = TimeProvider.System.GetUtcNow().AddSeconds(2));
        (await SteerAsync(runId, "pause")).Status.ShouldBe(RunStatus.Paused);
        await Eventually.HoldsAsync("its moment to come", () => HeldAsync(runId).GetAwaiter().GetResult() == 1);
        _calls.ShouldNotContainKey("later");

        await SteerAsync(runId, "resume");

        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
    }

    // capability 40
    [Fact]
    public async Task Should_go_on_at_the_node_that_failed_without_repeating_what_was_done()
    {
        await _flow.RegisterAsync("redrive", Batch);
        _broken["c"] = true;
        var input = new { key = "before", items = new[] { "a", "b", "c", "d", "e" }.Select(key => new { key }) };
        var failed = await _flow.RunAsync("redrive", input);
        failed.Run.Status.ShouldBe(RunStatus.Failed);
        var done = "abde".Where(key => _calls.GetValueOrDefault($"{key}") > 0).ToList();

        _broken.Clear();
        (await SteerAsync(failed.Run.RunId, "redrive")).Status.ShouldNotBe(RunStatus.Failed);

        var run = await _flow.EndedAsync(failed.Run.RunId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.GetRawText().ShouldBe("""["a","b","c","d","e"]""");
        run.Run.Error.ShouldBeNull();
        _calls["before"].ShouldBe(1);
        _calls["c"].ShouldBe(2);
        done.Count.ShouldBeGreaterThanOrEqualTo(1);
        (await _flow.HistoryAsync(run.Run.RunId)).Count(e => e.Event.Type == "ExecutionRedriven").ShouldBe(1);
    }

    // capability 40
    [Fact]
    public async Task Should_go_on_at_another_node_with_another_input_and_on_a_newer_version()
    {
        await _flow.RegisterAsync("newer", """
            {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:work","Next":"B"},"B":{"Type":"Task","Resource":"flow:fail","End":true}}}
            """);
        var failed = (await _flow.RunAsync("newer", new { key = "first" })).Run.RunId;
        await _flow.RegisterAsync("newer", """
            {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:work","Next":"B"},
              "B":{"Type":"Pass","Parameters":{"key.$":"$.key","redrives.$":"$$.Execution.RedriveCount"},"End":true}}}
            """);

        await SteerAsync(failed, "redrive", new { fromNode = "A", version = 2, input = new { key = "second" } });

        var run = await _flow.EndedAsync(failed);
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Run.Version.ShouldBe(2);
        run.Output!.Value.GetRawText().ShouldBe("""{"key":"second","redrives":1}""");
        (_calls["first"], _calls["second"]).ShouldBe((1, 1));
    }

    // capability 40
    [Fact]
    public async Task Should_give_an_earlier_node_the_input_it_had()
    {
        await _flow.RegisterAsync("again", """
            {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:work","Next":"B"},"B":{"Type":"Pass","Result":1,"Next":"C"},"C":{"Type":"Task","Resource":"flow:fail","End":true}}}
            """);
        var failed = (await _flow.RunAsync("again", new { key = "again" })).Run.RunId;

        await SteerAsync(failed, "redrive", new { fromNode = "A" });

        await _flow.EndedAsync(failed);
        _calls["again"].ShouldBe(2);
    }

    // capabilities 37, 40
    [Fact]
    public async Task Should_go_on_with_the_iterations_that_a_cancel_closed()
    {
        await _flow.RegisterAsync("cancelled", """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:gated","Next":"W"},"W":{"Type":"Task","Resource":"flow:work","End":true}}},"End":true}}}
            """);
        var runId = await _flow.StartRunAsync("cancelled", new { items = new[] { new { key = "x" }, new { key = "y" } } });
        await Eventually.HoldsAsync("the handlers to begin", () => _calls.ContainsKey("x") && _calls.ContainsKey("y"));
        (await SteerAsync(runId, "cancel")).Status.ShouldBe(RunStatus.Cancelled);
        _gate.SetResult();

        await SteerAsync(runId, "redrive");

        var run = await _flow.EndedAsync(runId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.GetRawText().ShouldBe("""[{"key":"x"},{"key":"y"}]""");
        run.OpenScopes.ShouldBe(0);
    }

    // capability 40
    [Fact]
    public async Task Should_say_why_a_run_cannot_be_redriven()
    {
        await _flow.RegisterAsync("refused", """{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.ok","IsPresent":true,"Next":"S"}],"Default":"F"},"F":{"Type":"Fail","Error":"No"},"S":{"Type":"Succeed"}}}""");
        var good = (await _flow.RunAsync("refused", new { ok = 1 })).Run.RunId;
        var ill = (await _flow.RunAsync("refused", new { })).Run.RunId;

        (await ProblemAsync(await SendSteerAsync(good, "redrive"), HttpStatusCode.Conflict)).ShouldContain("only a run that Failed, was Cancelled or TimedOut");
        (await ProblemAsync(await SendSteerAsync(ill, "redrive", new { fromNode = "Z" }), HttpStatusCode.BadRequest)).ShouldContain("no node 'Z'");
        (await ProblemAsync(await SendSteerAsync(ill, "redrive", new { fromNode = "S" }), HttpStatusCode.BadRequest)).ShouldContain("never entered 'S'");
        (await ProblemAsync(await SendSteerAsync(ill, "redrive", new { version = 9 }), HttpStatusCode.NotFound)).ShouldContain("no version 9");
        (await ProblemAsync(await SendSteerAsync(Guid.NewGuid(), "redrive"), HttpStatusCode.NotFound)).ShouldContain("unknown-run");
        (await _flow.EndedAsync(ill)).Run.Status.ShouldBe(RunStatus.Failed);
    }

    // capability 41
    [Fact]
    public async Task Should_run_once_more_as_a_new_run_linked_to_the_old()
    {
        await _flow.RegisterAsync("rerun", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:work","End":true}}}""");
        var first = await _flow.RunAsync("rerun", new { key = "rerun" });

        var second = await SteerAsync(first.Run.RunId, "rerun");

        second.RunId.ShouldNotBe(first.Run.RunId);
        (await _flow.EndedAsync(second.RunId)).Output!.Value.GetRawText().ShouldBe("""{"key":"rerun"}""");
        _calls["rerun"].ShouldBe(2);
        (await RowAsync(second.RunId)).SourceRunId.ShouldBe(first.Run.RunId);
    }

    private async Task<RunSummary> SteerAsync(Guid runId, string verb, object? body = null)
    {
        var answer = await SendSteerAsync(runId, verb, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<RunSummary>(JsonSerializerOptions.Web))!;
    }

    private Task<HttpResponseMessage> SendSteerAsync(Guid runId, string verb, object? body = null) =>
        _flow.Http.PostAsync($"/v1/runs/{runId}/{verb}", body is null ? null : JsonContent.Create(body));

    private static async Task<string> ProblemAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(expected, text);
        return JsonElement.Parse(text).GetProperty("type").GetString() + ": " + JsonElement.Parse(text).GetProperty("detail").GetString();
    }

    private async Task<int> HeldAsync(Guid runId)
    {
        await using var scope = _flow.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>().HeldMessages.CountAsync(h => h.RunId == runId);
    }

    private async Task<Run> RowAsync(Guid runId)
    {
        await using var scope = _flow.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>().Runs.AsNoTracking().SingleAsync(r => r.CorrelationId == runId);
    }

    private Task<JsonElement> WorkAsync(JsonElement input, NodeContext context)
    {
        var key = input.GetProperty("key").GetString()!;
        _calls.AddOrUpdate(key, 1, (_, n) => n + 1);
        return _broken.ContainsKey(key) ? throw new InvalidOperationException($"{key} is broken") : Task.FromResult(input);
    }
}
