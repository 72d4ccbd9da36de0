using System.Net;
using Flow.Orchestrator.Retention;
using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

// capability 160
public abstract partial class RunContract
{
    [Fact]
    public async Task Should_remove_what_ended_long_ago_and_nothing_else()
    {
        await _flow.RegisterAsync("kept", """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Pass","End":true}}},"End":true}}}
            """);
        await _flow.RegisterAsync("open", """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}""");
        var old = (await _flow.RunAsync("kept", new { items = Enumerable.Range(0, 1_200) })).Run;
        var young = (await _flow.RunAsync("kept", new { items = new[] { 1 } })).Run;
        var open = await _flow.StartRunAsync("open");

        await _flow.Services.GetRequiredService<RetentionService>().RemoveAsync(young.EndedAt!.Value, CancellationToken.None);

        var answer = await _flow.Http.GetAsync($"/v1/runs/{old.RunId}");
        (await ProblemAsync(answer, HttpStatusCode.NotFound)).ShouldContain("Retention");
        await ChangeAsync(async db =>
        {
            (await db.Scopes.CountAsync(s => s.RunId == old.RunId) + await db.History.CountAsync(h => h.RunId == old.RunId) + await db.ExpiredRuns.CountAsync()).ShouldBe(0);
            (await db.Runs.Select(r => r.CorrelationId).ToListAsync()).ShouldBe([young.RunId, open], ignoreOrder: true);
            (await db.History.CountAsync(h => h.RunId == young.RunId)).ShouldBeGreaterThan(0);
        });
    }

    [Fact]
    public async Task Should_go_on_removing_where_a_crash_left_off()
    {
        await _flow.RegisterAsync("left", """{"StartAt":"T","States":{"T":{"Type":"Pass","End":true}}}""");
        var run = (await _flow.RunAsync("left")).Run;
        await ChangeAsync(async db =>
        {
            await db.Runs.Where(r => r.CorrelationId == run.RunId).ExecuteDeleteAsync();
            db.ExpiredRuns.Add(new ExpiredRun { RunId = run.RunId });
            await db.SaveChangesAsync();
        });

        await _flow.Services.GetRequiredService<RetentionService>().RemoveAsync(run.StartedAt, CancellationToken.None);

        await ChangeAsync(async db => (await db.History.CountAsync(h => h.RunId == run.RunId) + await db.ExpiredRuns.CountAsync()).ShouldBe(0));
    }

    [Fact]
    public async Task Should_archive_a_run_with_its_history()
    {
        await _flow.RegisterAsync("archived", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:echo","End":true}}}""");
        var run = (await _flow.RunAsync("archived", new { a = 1 })).Run;
        await using var scope = _flow.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>();
        var row = await db.Runs.AsNoTracking().SingleAsync(r => r.CorrelationId == run.RunId);

        var archived = JsonElement.Parse(await RunArchive.WriteAsync(db, row, CancellationToken.None));

        RunArchive.KeyOf(row).ShouldBe($"runs/{run.EndedAt:yyyy/MM/dd}/{run.RunId}.json");
        archived.GetProperty("status").GetString().ShouldBe("Succeeded");
        archived.GetProperty("output").GetRawText().ShouldBe("""{"a":1}""");
        archived.GetProperty("history").EnumerateArray().SelectMany(h => h.GetProperty("events").EnumerateArray()).Select(e => e.GetProperty("type").GetString()).ShouldContain("TaskSucceeded");
    }
}
