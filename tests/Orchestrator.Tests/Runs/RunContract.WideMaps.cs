using System.Linq.Expressions;
using System.Net.Http.Json;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

public abstract partial class RunContract
{
    // capabilities 18, 21
    [Fact]
    public async Task Should_open_as_many_iterations_as_MaxConcurrency_says_and_never_more()
    {
        await _flow.RegisterAsync("wide-window", """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":60,"ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:gated","End":true}}},"End":true}}}
            """);
        var keys = Enumerable.Range(0, 210).Select(i => $"window-{i}").ToList();
        var runId = await _flow.StartRunAsync("wide-window", new { items = keys.Select(key => new { key }) });

        await Eventually.HoldsAsync("the window to be full", () => OpenAsync(runId).GetAwaiter().GetResult() == 60);
        (await _flow.Http.GetFromJsonAsync<RunDetails>($"/v1/runs/{runId}", JsonSerializerOptions.Web))!.OpenScopes.ShouldBe(keys.Count);
        _gate.SetResult();

        var run = await _flow.EndedAsync(runId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.EnumerateArray().Select(e => e.GetProperty("key").GetString()).ShouldBe(keys);
        (await MostOpenAsync(_flow, runId)).ShouldBeInRange(1, 60);
    }

    // capabilities 18, 37, 40
    [Fact]
    public async Task Should_go_on_with_a_map_that_was_cancelled_before_all_of_it_had_opened()
    {
        await _flow.RegisterAsync("wide-cancelled", """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":5,"ItemProcessor":{"StartAt":"C","States":{
              "C":{"Type":"Choice","Choices":[{"Variable":"$.stop","BooleanEquals":true,"Next":"Gate"}],"Default":"Work"},
              "Gate":{"Type":"Task","Resource":"flow:gated","End":true},
              "Work":{"Type":"Task","Resource":"flow:work","End":true}}},"End":true}}}
            """);
        var items = Enumerable.Range(0, 300).Select(i => new { key = $"opened-{i}", stop = i >= 60 }).ToList();
        var runId = await _flow.StartRunAsync("wide-cancelled", new { items });
        await Eventually.HoldsAsync("those that end to have ended", () => CountAsync(runId, s => s.CurrentState == "Succeeded").GetAwaiter().GetResult() == 60);

        (await SteerAsync(runId, "cancel")).Status.ShouldBe(RunStatus.Cancelled);
        (await OpenAsync(runId)).ShouldBe(0);
        (await HeldBackAsync(runId)).ShouldBeGreaterThan(0);
        _gate.SetResult();
        await SteerAsync(runId, "redrive");

        var run = await _flow.EndedAsync(runId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.EnumerateArray().Select(e => e.GetProperty("key").GetString()).ShouldBe(items.Select(item => item.key));
        items.Where(item => !item.stop).ShouldAllBe(item => _calls[item.key] == 1);
        (await HeldBackAsync(runId)).ShouldBe(0);
    }

    // capability 22
    [Fact]
    public async Task Should_fail_a_map_whose_outputs_are_too_long_to_be_joined()
    {
        await _flow.RegisterAsync("wide-outputs", """
            {"QueryLanguage":"JSONata","StartAt":"M","States":{"M":{"Type":"Map","Items":"{% [1..170] %}","Output":"{% $count($states.result) %}","End":true,
              "ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","Output":"{% $pad('', 100000, 'x') %}","End":true}}}}}}
            """);

        var run = await _flow.RunAsync("wide-outputs");

        run.Run.Status.ShouldBe(RunStatus.Failed);
        run.Run.Error.ShouldBe("States.DataLimitExceeded");
    }

    /// <summary>Iterations that had begun and not ended, where most of them had, by the run's history.</summary>
    internal static async Task<int> MostOpenAsync(FlowHost flow, Guid runId)
    {
        await using var scope = flow.Services.CreateAsyncScope();
        var (open, most) = (0, 0);
        await foreach (var events in scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>().History.AsNoTracking()
            .Where(h => h.RunId == runId).OrderBy(h => h.Id).Select(h => h.Events).AsAsyncEnumerable())
        {
            foreach (var happened in JsonSerializer.Deserialize<List<HistoryEvent>>(events, OrchestratorJson.Options)!)
            {
                open += happened.Type switch { "MapIterationStarted" => 1, "MapIterationSucceeded" or "MapIterationFailed" => -1, _ => 0 };
                most = Math.Max(most, open);
            }
        }

        open.ShouldBe(0);
        return most;
    }

    /// <summary>Iterations that have begun and not ended.</summary>
    private Task<int> OpenAsync(Guid runId) => CountAsync(runId, s => s.EndedAt == null && s.CurrentState != "Pending");

    private async Task<int> CountAsync(Guid runId, Expression<Func<RunScope, bool>> which)
    {
        await using var scope = _flow.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>().Scopes.Where(s => s.RunId == runId).CountAsync(which);
    }

    /// <summary>Iterations that have no row yet.</summary>
    private async Task<int> HeldBackAsync(Guid runId)
    {
        await using var scope = _flow.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>().HeldBack.Where(s => s.RunId == runId).SumAsync(s => s.Count);
    }
}
