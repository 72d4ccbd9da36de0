using System.Net;
using System.Net.Http.Json;
using Flow.Orchestrator.Explaining;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

// capabilities 146, 158
public abstract partial class RunContract
{
    [Fact]
    public async Task Should_say_why_it_stands_at_each_kind_of_node()
    {
        await _flow.RegisterAsync("child", """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}""");
        await _flow.RegisterAsync("stands", """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
              {"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":600,"End":true}}},
              {"StartAt":"Retry","States":{"Retry":{"Type":"Task","Resource":"flow:fail","Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":600}],"End":true}}},
              {"StartAt":"Item","States":{"Item":{"Type":"Task","Resource":"flow:nobody/serves","TimeoutSeconds":900,"End":true}}},
              {"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask","Payload":{"key":"why","token.$":"$$.Task.Token"}},"End":true}}},
              {"StartAt":"Run","States":{"Run":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync","Parameters":{"StateMachineArn":"child"},"End":true}}},
              {"StartAt":"Each","States":{"Each":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":1,"ItemProcessor":{"StartAt":"In","States":{"In":{"Type":"Wait","Seconds":600,"End":true}}},"End":true}}}]}}}
            """);
        var runId = await _flow.StartRunAsync("stands", new { items = new[] { 1, 2, 3 } });
        HoldReason[] expected = [HoldReason.Token, HoldReason.WorkItem, HoldReason.ChildRun, HoldReason.RetryDelay, HoldReason.Wait, HoldReason.Wait, HoldReason.HeldBack];
        RunExplanation why = null!;
        await Eventually.HoldsAsync("every branch to stand", async () => (why = await WhyAsync(runId)).Holds.Select(h => h.Reason).Order().SequenceEqual(expected.Order()));

        why.Holds.Single(h => h.Reason == HoldReason.WorkItem).ShouldSatisfyAllConditions(
            h => h.Text.ShouldContain("handler 'serves' is in queue 'flow-work-nobody'"),
            h => h.Actor.ShouldBe(HoldActor.Worker),
            h => h.Until.ShouldNotBeNull());
        why.Holds.Single(h => h.Reason == HoldReason.HeldBack).Scopes.ShouldBe(2);
        await SteerAsync(runId, "pause");
        (await WhyAsync(runId)).Holds.Select(h => h.Reason).ShouldContain(HoldReason.Paused);
        await SteerAsync(runId, "cancel");
        (await WhyAsync(runId)).Holds.ShouldHaveSingleItem().ShouldSatisfyAllConditions(h => h.Reason.ShouldBe(HoldReason.Ended), h => h.Text.ShouldContain("flow redrive"));
        (await _flow.Http.GetAsync($"/v1/runs/{Guid.NewGuid()}/why")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Should_go_on_when_the_message_of_its_timer_was_lost()
    {
        await _flow.RegisterAsync("lost", """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}""");
        var runId = await _flow.StartRunAsync("lost");
        await ChangeAsync(db => db.Timers.Where(t => t.RunId == runId).ExecuteDeleteAsync());
        (await WhyAsync(runId)).Holds.ShouldHaveSingleItem().Reason.ShouldBe(HoldReason.Moving);

        await LookAsync(2);

        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
    }

    [Fact]
    public async Task Should_report_what_nothing_holds_until_it_moves()
    {
        await _flow.RegisterAsync("torn", """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Wait","Seconds":600,"End":true}}},"End":true}}}
            """);
        var runId = await _flow.StartRunAsync("torn", new { items = new[] { 1 } });
        // As if the message that tells the parent had been purged.
        await ChangeAsync(db => db.Scopes.Where(s => s.RunId == runId).ExecuteUpdateAsync(set => set.SetProperty(s => s.CurrentState, "Succeeded").SetProperty(s => s.EndedAt, TimeProvider.System.GetUtcNow())));

        await LookAsync(2);
        var hold = (await WhyAsync(runId)).Holds.ShouldHaveSingleItem();
        (hold.Reason, hold.Actor).ShouldBe((HoldReason.Unexplained, HoldActor.Operator));
        hold.Text.ShouldContain("flow-scopes_error");

        await SteerAsync(runId, "cancel");
        await LookAsync(1);
        await ChangeAsync(async db => (await db.Unexplained.CountAsync(u => u.RunId == runId)).ShouldBe(0));
    }

    private async Task<RunExplanation> WhyAsync(Guid runId) =>
        (await _flow.Http.GetFromJsonAsync<RunExplanation>($"/v1/runs/{runId}/why", JsonSerializerOptions.Web))!;

    private async Task LookAsync(int times)
    {
        for (var i = 0; i < times; i++)
            await _flow.Services.GetRequiredService<Reconciler>().LookAsync(CancellationToken.None);
    }

    private async Task ChangeAsync(Func<OrchestratorDbContext, Task> change)
    {
        await using var scope = _flow.Services.CreateAsyncScope();
        await change(scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>());
    }
}
