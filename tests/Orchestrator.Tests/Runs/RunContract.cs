using System.Collections.Concurrent;
using System.Net.Http.Json;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Worker;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

/// <summary>What a run does, whatever it is kept in. One line below for each place.</summary>
public abstract partial class RunContract : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DirectoryInfo _objects = Directory.CreateTempSubdirectory("flow-objects-");
    private int _atOnce;
    private int _mostAtOnce;
    private Place _place = null!;
    private FlowHost _flow = null!;

    protected abstract ValueTask<Place> CreatePlaceAsync();

    public async ValueTask InitializeAsync()
    {
        _place = await CreatePlaceAsync();
        _place.Settings["Flow:Storage:Kind"] = "Directory";
        _place.Settings["Flow:Storage:Directory"] = _objects.FullName;
        _place.Settings["Flow:Worker:HeartbeatSeconds"] = "1";
        _flow = await FlowHost.StartAsync(_place.Settings, worker => worker
            .AddHandler<JsonElement, JsonElement>("echo", (input, _) => Task.FromResult(input))
            .AddHandler<JsonElement, JsonElement>("fail-once", FailOnceAsync)
            .AddHandler<JsonElement, JsonElement>("fail", (_, _) => throw new InvalidOperationException("always"))
            .AddHandler<JsonElement, JsonElement>("flaky", FlakyAsync, policy: p => (p.RetryMaxAttempts, p.RetryFirstDelaySeconds) = (3, 0.001))
            .AddHandler<JsonElement, JsonElement>("tires", (_, _) => throw new InvalidOperationException("always"), queue: "tiring", policy: p => (p.RestAfterFailures, p.RestSeconds) = (1, 600))
            .AddHandler<JsonElement, JsonElement>("counted", CountedAsync)
            .AddHandler<JsonElement, JsonElement>("gated", GatedAsync)
            .AddHandler<JsonElement, JsonElement>("work", WorkAsync)
            .AddHandler<JsonElement, JsonElement>("ask", AskAsync)
            .AddHandler<JsonElement, JsonElement>("note", NoteAsync)
            .AddHandler<JsonElement, string[]>("read-journal", ReadJournalAsync));
    }

    public async ValueTask DisposeAsync()
    {
        _gate.TrySetResult();
        if (_flow is not null)
            await _flow.DisposeAsync();
        if (_place is not null)
            await _place.DisposeAsync();
        _objects.Delete(recursive: true);
    }

    // capabilities 13, 17, 23, 29, 32, 34, 43
    [Fact]
    public async Task Should_walk_pass_choice_task_and_succeed()
    {
        await _flow.RegisterAsync("walk", """
            {"StartAt":"P","States":{
              "P":{"Type":"Pass","Result":{"n":2},"ResultPath":"$.p","Next":"C"},
              "C":{"Type":"Choice","Choices":[{"Variable":"$.p.n","NumericEquals":2,"Next":"T"}],"Default":"No"},
              "No":{"Type":"Fail","Error":"No","Cause":"no"},
              "T":{"Type":"Task","Resource":"flow:echo","ResultPath":"$.echo","Next":"S"},
              "S":{"Type":"Succeed","OutputPath":"$.echo"}}}
            """);
        var run = await _flow.RunAsync("walk", new { a = 1 });
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.GetRawText().ShouldBe("""{"a":1,"p":{"n":2}}""");
        run.Trigger.ShouldBe(Trigger.Manual);
    }

    // capabilities 27, 105, 108
    [Fact]
    public async Task Should_retry_after_a_durable_delay()
    {
        await _flow.RegisterAsync("retry", """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:fail-once","Retry":[{"ErrorEquals":["System.InvalidOperationException"],"IntervalSeconds":1,"MaxAttempts":2}],"End":true}}}
            """);
        var run = await _flow.RunAsync("retry", new { key = "retry" });
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        _calls["retry"].ShouldBe(2);
        (run.Run.EndedAt!.Value - run.Run.StartedAt).ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        (await _flow.HistoryAsync(run.Run.RunId)).Count(e => e.Event.Type == "TaskFailed").ShouldBe(1);
    }

    // capabilities 14, 46
    [Fact]
    public async Task Should_catch_what_retries_could_not_mend()
    {
        await _flow.RegisterAsync("catch", """
            {"StartAt":"T","States":{
              "T":{"Type":"Task","Resource":"flow:fail","Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"Fallback"}],"End":true},
              "Fallback":{"Type":"Task","Resource":"flow:echo","End":true}}}
            """);
        var run = await _flow.RunAsync("catch", new { a = 1 });
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.GetProperty("a").GetInt32().ShouldBe(1);
        run.Output!.Value.GetProperty("error").GetProperty("Error").GetString().ShouldBe("System.InvalidOperationException");
    }

    // capabilities 46, 111
    [Fact]
    public async Task Should_fail_with_the_error_nobody_caught()
    {
        await _flow.RegisterAsync("fails", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:fail","End":true}}}""");
        var run = await _flow.RunAsync("fails");
        run.Run.Status.ShouldBe(RunStatus.Failed);
        run.Run.Error.ShouldBe("System.InvalidOperationException");
        run.Cause!.ShouldContain("always");
        run.Run.Node.ShouldBe("T");
    }

    // capabilities 18, 22
    [Fact]
    public async Task Should_join_a_wide_map_in_order()
    {
        await _flow.RegisterAsync("map", """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:echo","End":true}}},"End":true}}}
            """);
        var items = Enumerable.Range(0, 130).ToArray();
        var run = await _flow.RunAsync("map", new { items });
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.Deserialize<int[]>().ShouldBe(items);
        run.OpenScopes.ShouldBe(0);
        var history = (await _flow.HistoryAsync(run.Run.RunId)).Select(e => e.Event.Type).ToList();
        history[0].ShouldBe("ExecutionStarted");
        history.IndexOf("MapStateEntered").ShouldBeLessThan(history.IndexOf("TaskStateEntered"));
        history[^1].ShouldBe("ExecutionSucceeded");
    }

    // capability 21
    [Fact]
    public async Task Should_never_run_more_iterations_at_once_than_MaxConcurrency()
    {
        await _flow.RegisterAsync("window", """
            {"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":3,"ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:counted","End":true}}},"End":true}}}
            """);
        var run = await _flow.RunAsync("window", Enumerable.Range(0, 20).ToArray());
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        _mostAtOnce.ShouldBeInRange(1, 3);
    }

    // capabilities 21, 22
    [Fact]
    public async Task Should_fail_a_parallel_and_close_its_other_branches()
    {
        await _flow.RegisterAsync("parallel", """
            {"StartAt":"P","States":{
              "P":{"Type":"Parallel","Branches":[
                {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:fail","End":true}}},
                {"StartAt":"B","States":{"B":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}},"End":true}}}],
               "Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z"}],"End":true},
              "Z":{"Type":"Pass","End":true}}}
            """);
        var run = await _flow.RunAsync("parallel", new { items = new[] { 1, 2, 3 } });
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.GetProperty("Error").GetString().ShouldBe("System.InvalidOperationException");
        await using var scope = _flow.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>();
        (await db.Timers.CountAsync()).ShouldBe(0);
        (await db.Scopes.CountAsync(s => s.CurrentState == "Running" || s.CurrentState == "Pending")).ShouldBe(0);
        (await db.Scopes.CountAsync(s => s.CurrentState == "Cancelled")).ShouldBe(4);
    }

    // capability 37
    [Fact]
    public async Task Should_stay_cancelled_when_a_late_result_comes()
    {
        await _flow.RegisterAsync("long", """{"StartAt":"G","States":{"G":{"Type":"Task","Resource":"flow:gated","Next":"After"},"After":{"Type":"Task","Resource":"flow:echo","End":true}}}""");
        var runId = await _flow.StartRunAsync("long", new { key = "long" });
        await Eventually.HoldsAsync("the handler to be called", () => _calls.ContainsKey("long"));
        (await _flow.Http.PostAsJsonAsync($"/v1/runs/{runId}/cancel", new { reason = "enough" })).EnsureSuccessStatusCode();
        _gate.SetResult();
        var run = await _flow.EndedAsync(runId);
        run.Run.Status.ShouldBe(RunStatus.Cancelled);
        var other = await _flow.RunAsync("long", new { key = "other" });
        other.Run.Status.ShouldBe(RunStatus.Succeeded);
        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Cancelled);
        (await _flow.HistoryAsync(runId))[^1].Event.ShouldSatisfyAllConditions(
            e => e.Type.ShouldBe("ExecutionAborted"),
            e => e.Cause.ShouldBe("enough"));
    }

    // capability 45
    [Fact]
    public async Task Should_end_as_timed_out_at_its_own_limit()
    {
        await _flow.RegisterAsync("slow", """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}""");
        var run = await _flow.EndedAsync(await _flow.StartRunAsync("slow", more: body => body["timeoutSeconds"] = 1));
        run.Run.Status.ShouldBe(RunStatus.TimedOut);
        run.Run.Error.ShouldBe("States.Timeout");
    }

    // capability 79
    [Fact]
    public async Task Should_not_start_before_its_time()
    {
        await _flow.RegisterAsync("later", """{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""");
        var notBefore = TimeProvider.System.GetUtcNow().AddSeconds(2);
        var run = await _flow.EndedAsync(await _flow.StartRunAsync("later", more: body => body["notBefore"] = notBefore));
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Run.StartedAt.ShouldBeGreaterThanOrEqualTo(notBefore.AddMilliseconds(-1));
    }

    // capability 36
    [Fact]
    public async Task Should_page_through_all_runs_once()
    {
        await _flow.RegisterAsync("paged", """{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""");
        var started = new List<Guid>();
        for (var i = 0; i < 7; i++)
            started.Add(await _flow.StartRunAsync("paged"));
        var listed = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await _flow.Http.GetFromJsonAsync<Page<RunSummary>>("/v1/runs?workflow=paged&limit=3" + (cursor is null ? "" : "&cursor=" + cursor), JsonSerializerOptions.Web);
            listed.AddRange(page!.Items.Select(r => r.RunId));
            cursor = page.Next;
        }
        while (cursor is not null);
        listed.ShouldBe(started, ignoreOrder: true);
        (await _flow.Http.GetFromJsonAsync<RunCount>("/v1/runs/count?workflow=paged", JsonSerializerOptions.Web))!.Count.ShouldBe(listed.Count);
        (await _flow.Http.GetAsync("/v1/runs/count?status=odd")).StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
    }

    private Task<JsonElement> FailOnceAsync(JsonElement input, NodeContext context)
    {
        var key = input.GetProperty("key").GetString()!;
        return _calls.AddOrUpdate(key, 1, (_, n) => n + 1) == 1
            ? throw new InvalidOperationException("first time")
            : Task.FromResult(input);
    }

    private async Task<JsonElement> CountedAsync(JsonElement input, NodeContext context)
    {
        var now = Interlocked.Increment(ref _atOnce);
        InterlockedMax(ref _mostAtOnce, now);
        await Task.Yield();
        Interlocked.Decrement(ref _atOnce);
        return input;
    }

    private async Task<JsonElement> GatedAsync(JsonElement input, NodeContext context)
    {
        _calls[input.GetProperty("key").GetString()!] = 1;
        await _gate.Task;
        return input;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }
}

public sealed class Runs_on_one_SQLite_file : RunContract
{
    protected override ValueTask<Place> CreatePlaceAsync() => ValueTask.FromResult<Place>(new SqlitePlace());
}

public sealed class Runs_on_PostgreSQL_and_RabbitMQ : RunContract
{
    protected override async ValueTask<Place> CreatePlaceAsync() => await ServerPlace.CreateAsync();
}
