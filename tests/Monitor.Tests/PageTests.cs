using System.Net;
using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Monitor.Tests;

public sealed class PageTests
{
    private static FakeTimeProvider Now => new(Sample.Epoch.AddMinutes(10));

    // capability 36
    [Fact]
    public async Task The_list_filters_pages_and_counts_as_asked()
    {
        await using var app = await MonitorApp.StartAsync(Servers.Sqlite(), time: Now);
        await app.WriteAsync(Enumerable.Range(0, 130).SelectMany(seed => Sample.Run(seed)));
        foreach (var filter in new[] { "", "status=Failed", "workflow=workflow-1", "workflow=workflow-1&status=Succeeded", "text=RUN%2012", "text=sample.failure", "hours=1", "status=nonsense" })
        {
            var ids = new List<Guid>();
            for (string? next = "1"; next is not null;)
            {
                var page = await JsonAsync<Page<RunSummary>>(app, $"/v1/monitor/runs?{filter}&size=7&page={next}");
                ids.AddRange(page.Items.Select(r => r.RunId));
                page.Items.ShouldBe(page.Items.OrderByDescending(r => r.StartedAt).ThenByDescending(r => r.RunId));
                next = page.Next;
            }

            ids.ShouldBeUnique();
            var html = await app.Http.GetStringAsync("/?" + filter);
            html.ShouldContain($"{ids.Count} run{(ids.Count == 1 ? "" : "s")}, page 1 of", customMessage: filter);
        }

        var failed = await JsonAsync<Page<RunSummary>>(app, "/v1/monitor/runs?status=failed&workflow=workflow-2&size=200");
        failed.Items.ShouldNotBeEmpty();
        failed.Items.ShouldAllBe(r => r.Status == RunStatus.Failed && r.Workflow == "workflow-2" && r.Error == "Sample.Failure");
        var one = failed.Items[0];
        (await JsonAsync<Page<RunSummary>>(app, "/v1/monitor/runs?text=" + one.RunId)).Items.ShouldHaveSingleItem().Name.ShouldBe(one.Name);
    }

    [Fact]
    public async Task Names_and_texts_of_others_are_never_markup()
    {
        await using var app = await MonitorApp.StartAsync(Servers.Sqlite());
        var now = TimeProvider.System.GetUtcNow();
        await app.WriteAsync(Gallery.Of(now));
        var id = Guid.NewGuid();
        await app.WriteAsync([
            new RunStarted { RunId = id, Workflow = Gallery.Hostile, Version = 1, Name = Gallery.Hostile, Timestamp = now, Tags = new Dictionary<string, string> { [Gallery.Hostile] = Gallery.Hostile } },
            new RunFailed { RunId = id, Workflow = Gallery.Hostile, Version = 1, Timestamp = now, StartedAt = now, Error = Gallery.Hostile, Cause = Gallery.Hostile, Node = Gallery.Hostile },
            .. Gallery.EventsOf(id, now),
        ]);
        var hostile = Uri.EscapeDataString(Gallery.Hostile);
        foreach (var address in new[] { "/", $"/?workflow={hostile}&text={hostile}", $"/?workflow={hostile}", "/runs/" + id, "/runs/" + hostile, "/workers", "/dead-letters", "/rejections" })
        {
            var html = await (await app.Http.GetAsync(address)).Content.ReadAsStringAsync();
            html.ShouldContain("&lt;script&gt;", Case.Sensitive, address);
            html.ShouldNotContain("<script>", Case.Sensitive, address);
            html.ShouldNotContain("<img", Case.Sensitive, address);
        }
    }

    [Theory]
    [InlineData("/", "No runs yet")]
    [InlineData("/?status=Failed", "No run matches")]
    [InlineData("/?page=5", "There is no page 5")]
    [InlineData("/workers", "No worker has reported")]
    [InlineData("/dead-letters", "No dead letters")]
    [InlineData("/rejections", "No rejected starts")]
    public async Task An_empty_monitor_says_what_would_be_here(string address, string text)
    {
        await using var app = await MonitorApp.StartAsync(Servers.Sqlite());
        (await app.Http.GetStringAsync(address)).ShouldContain(text);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/workers")]
    [InlineData("/runs/none")]
    public async Task Every_page_forbids_what_it_does_not_need(string address)
    {
        await using var app = await MonitorApp.StartAsync(Servers.Sqlite());
        var response = await app.Http.GetAsync(address);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        var html = await response.Content.ReadAsStringAsync();
        html.ShouldNotContain("style=\"");
        html.ShouldNotContain(" onclick=");
        foreach (var asset in html.Split('"').Where(part => part.StartsWith("/assets/", StringComparison.Ordinal)))
        {
            var served = await app.Http.GetAsync(asset);
            served.StatusCode.ShouldBe(HttpStatusCode.OK);
            served.Headers.CacheControl!.ToString().ShouldContain("immutable");
        }
    }

    [Fact]
    public async Task An_unknown_run_is_not_found_with_a_page()
    {
        await using var app = await MonitorApp.StartAsync(Servers.Sqlite());
        foreach (var id in new[] { "none", Guid.NewGuid().ToString() })
        {
            var response = await app.Http.GetAsync("/runs/" + id);
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await response.Content.ReadAsStringAsync()).ShouldContain($"No event of a run <code>{id}</code> has arrived");
        }
    }

    // capability 91, capability 92, capability 136
    [Fact]
    public async Task Workers_are_shown_with_their_state_and_what_they_do()
    {
        var time = Now;
        await using var app = await MonitorApp.StartAsync(Servers.Sqlite(), time: time);
        var item = new InFlightItem(Guid.NewGuid(), Guid.NewGuid(), "ExtractAudio", Guid.NewGuid(), 2, time.GetUtcNow());
        await app.WriteAsync([
            Sample.Heartbeat("worker-0", time.GetUtcNow(), inFlight: item),
            Sample.Heartbeat("worker-1", time.GetUtcNow(), intervalSeconds: 60),
            Sample.Heartbeat("leaving", time.GetUtcNow(), stopping: true),
            .. Enumerable.Range(0, 20).SelectMany(seed => Sample.Run(seed)),
        ]);
        await StatesAsync("worker-0 Alive Retrying, worker-1 Alive Idle, leaving Stopped Idle", "alive=2 stale=0 dead=0 stopped=1");
        time.Advance(TimeSpan.FromSeconds(12));
        await StatesAsync("worker-1 Alive Idle, worker-0 Stale Retrying, leaving Stopped Idle", "alive=1 stale=1 dead=0 stopped=1");
        time.Advance(TimeSpan.FromSeconds(20));
        await StatesAsync("worker-1 Alive Idle, worker-0 Dead Retrying, leaving Stopped Idle", "alive=1 stale=0 dead=1 stopped=1");
        await app.WriteAsync([Sample.Heartbeat("worker-0", time.GetUtcNow())]);
        await StatesAsync("worker-0 Alive Idle, worker-1 Alive Idle, leaving Stopped Idle", "alive=2 stale=0 dead=0 stopped=1");
        await app.WriteAsync([
            Sample.Heartbeat("worker-0", time.GetUtcNow().AddSeconds(1)) with { Resting = [new("echo", time.GetUtcNow().AddMinutes(1))] },
            Sample.Heartbeat("worker-1", time.GetUtcNow()) with { Drain = WorkerDrain.Drained },
        ]);
        await StatesAsync("worker-0 Alive Resting, worker-1 Alive Drained, leaving Stopped Idle", "alive=2 stale=0 dead=0 stopped=1");

        var workers = (await JsonAsync<Page<JsonElement>>(app, "/v1/monitor/workers")).Items;
        workers.Where(w => w.GetProperty("workerId").GetString()!.StartsWith("worker-", StringComparison.Ordinal)).ShouldAllBe(w => w.GetProperty("failed").GetInt32() > 0 && w.GetProperty("succeeded").GetInt32() > 0);
        (await app.Http.GetStringAsync("/workers")).ShouldContain("host-of-worker-0");

        async Task StatesAsync(string expected, string metrics)
        {
            var page = await JsonAsync<Page<JsonElement>>(app, "/v1/monitor/workers");
            string.Join(", ", page.Items.Select(w => $"{w.GetProperty("workerId")} {w.GetProperty("state")} {w.GetProperty("activity")}")).ShouldBe(expected);
            var text = await app.MetricsAsync();
            foreach (var pair in metrics.Split(' ').Select(p => p.Split('=')))
                text.ShouldContain($"flow_workers{{state=\"{pair[0]}\"}} {pair[1]}\n");
        }
    }

    [Fact]
    public async Task Rejections_and_dead_letters_are_listed_once()
    {
        await using var app = await MonitorApp.StartAsync(Servers.Sqlite(), time: Now);
        var rejection = Sample.Rejection("ghost", Sample.Epoch);
        var letter = Sample.DeadLetter(Guid.NewGuid(), Sample.Epoch);
        await app.WriteAsync([rejection, letter, rejection with { }, letter with { }]);
        await app.WriteAsync([rejection, letter]);
        (await JsonAsync<Page<JsonElement>>(app, "/v1/monitor/rejections")).Items.ShouldHaveSingleItem().GetProperty("message").GetString().ShouldBe(rejection.Message);
        (await JsonAsync<Page<JsonElement>>(app, "/v1/dead-letters")).Items.ShouldHaveSingleItem().GetProperty("token").GetGuid().ShouldBe(letter.Token);
        (await app.Http.GetStringAsync("/rejections")).ShouldContain("ghost");
        (await app.Http.GetStringAsync("/dead-letters")).ShouldContain("It broke three times.");
    }

    private static async Task<T> JsonAsync<T>(MonitorApp app, string address) =>
        JsonSerializer.Deserialize<T>(await app.Http.GetStringAsync(address), JsonSerializerOptions.Web)!;
}
