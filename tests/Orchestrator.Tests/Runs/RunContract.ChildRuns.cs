using System.Net.Http.Json;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

// capability 26
public abstract partial class RunContract
{
    private const string Child = """{"StartAt":"E","States":{"E":{"Type":"Task","Resource":"flow:echo","End":true}}}""";
    private const string SlowChild = """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}""";

    /// <summary>A workflow whose one Task starts a run.</summary>
    private static string Parent(string pattern, string child, string more = "") => $$"""
        {"StartAt":"Start","States":{
          "Start":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution{{pattern}}",
            "Parameters":{"StateMachineArn":"{{child}}","Input.$":"$","Name":"the child"},{{more}}"End":true}
        } }
        """;

    [Theory]
    [InlineData(".sync:2", """{"n":1}""")]
    [InlineData(".sync", "\"{\\\"n\\\":1}\"")]
    public async Task Should_go_on_with_the_output_of_the_run_it_waited_for(string pattern, string output)
    {
        await _flow.RegisterAsync("child", Child);
        await _flow.RegisterAsync("parent", Parent(pattern, "arn:aws:states:us-east-1:111111111111:stateMachine:child"));

        var run = await _flow.RunAsync("parent", new { n = 1 });

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        var report = run.Output!.Value;
        JsonElement.DeepEquals(report.GetProperty("Output"), JsonElement.Parse(output)).ShouldBeTrue(report.GetRawText());
        report.GetProperty("Status").GetString().ShouldBe("SUCCEEDED");
        report.GetProperty("Name").GetString().ShouldBe("the child");
        var child = await _flow.EndedAsync(report.GetProperty("ExecutionArn").GetGuid());
        child.Trigger.ShouldBe(Trigger.Subworkflow);
        child.Run.Workflow.ShouldBe("child");
    }

    [Fact]
    public async Task Should_not_wait_for_a_run_that_it_only_starts()
    {
        await _flow.RegisterAsync("slow-child", SlowChild);
        await _flow.RegisterAsync("starter", Parent("", "slow-child"));

        var run = await _flow.RunAsync("starter", new { n = 1 });

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        await StatusShouldBecomeAsync(run.Output!.Value.GetProperty("ExecutionArn").GetGuid(), RunStatus.Running);
    }

    [Fact]
    public async Task Should_catch_the_failure_of_the_run_it_waited_for()
    {
        await _flow.RegisterAsync("failing-child", """{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"Child.Broken","Cause":"because"}}}""");
        await _flow.RegisterAsync("catcher", $$"""
            {"StartAt":"P","States":{
              "P":{"Type":"Parallel","Branches":[{{Parent(".sync:2", "failing-child")}}],"Catch":[{"ErrorEquals":["States.TaskFailed"],"Next":"Caught"}],"End":true},
              "Caught":{"Type":"Pass","End":true}
            } }
            """);

        var caught = (await _flow.RunAsync("catcher")).Output!.Value;

        caught.GetProperty("Error").GetString().ShouldBe("States.TaskFailed");
        var report = JsonElement.Parse(caught.GetProperty("Cause").GetString()!);
        report.GetProperty("Status").GetString().ShouldBe("FAILED");
        report.GetProperty("Error").GetString().ShouldBe("Child.Broken");
        report.GetProperty("Cause").GetString().ShouldBe("because");
    }

    [Fact]
    public async Task Should_fail_with_the_reason_when_the_run_cannot_be_started()
    {
        await _flow.RegisterAsync("lost", Parent(".sync:2", "nowhere"));

        var run = await _flow.RunAsync("lost");

        run.Run.Error.ShouldBe("StepFunctions.StateMachineDoesNotExistException");
        run.Cause.ShouldNotBeNull().ShouldContain("'nowhere'");
    }

    // capability 74
    [Fact]
    public async Task Should_say_that_the_run_it_waited_for_gave_more_than_a_node_takes()
    {
        await _flow.RegisterAsync("child", Child);
        await _flow.RegisterAsync("parent-of-much", Parent(".sync", "child"));

        // Each quote takes two characters more in a text of JSON within JSON.
        var run = await _flow.RunAsync("parent-of-much", new { much = new string('"', 40_000) });

        run.Run.Error.ShouldBe("States.DataLimitExceeded");
        run.Cause.ShouldNotBeNull().ShouldContain("a node takes 262144 at most");
    }

    [Fact]
    public async Task Should_start_a_run_for_every_item_of_a_map()
    {
        await _flow.RegisterAsync("child", Child);
        await _flow.RegisterAsync("each", """
            {"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"S","States":{
              "S":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"child","Input.$":"$"},"OutputPath":"$.Output","End":true}}}}}}
            """);

        (await _flow.RunAsync("each", new[] { 3, 1, 2 })).Output!.Value.GetRawText().ShouldBe("[3,1,2]");
    }

    // capability 37
    [Fact]
    public async Task Should_cancel_the_runs_it_waits_for_when_it_is_cancelled()
    {
        await _flow.RegisterAsync("slow-child", SlowChild);
        await _flow.RegisterAsync("waits-in-a-branch", $$"""
            {"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[{{Parent(".sync", "slow-child")}}]} } }
            """);
        await _flow.RegisterAsync("waits", Parent(".sync", "slow-child"));
        foreach (var workflow in new[] { "waits", "waits-in-a-branch" })
        {
            var runId = await _flow.StartRunAsync(workflow);
            var child = await ChildOfAsync(runId);
            (await _flow.Http.PostAsJsonAsync($"/v1/runs/{runId}/cancel", new { })).EnsureSuccessStatusCode();

            (await _flow.EndedAsync(child)).Run.Status.ShouldBe(RunStatus.Cancelled);
            (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Cancelled);
        }
    }

    [Fact]
    public async Task Should_cancel_the_run_it_waited_for_when_the_time_is_up()
    {
        await _flow.RegisterAsync("slow-child", SlowChild);
        await _flow.RegisterAsync("impatient", Parent(".sync", "slow-child", "\"TimeoutSeconds\":1,"));
        var runId = await _flow.StartRunAsync("impatient");
        var child = await ChildOfAsync(runId);

        (await _flow.EndedAsync(runId)).Run.Error.ShouldBe("States.Timeout");
        (await _flow.EndedAsync(child)).Run.Status.ShouldBe(RunStatus.Cancelled);
    }

    [Fact]
    public async Task Should_tell_its_parent_when_an_operator_cancels_it()
    {
        await _flow.RegisterAsync("slow-child", SlowChild);
        await _flow.RegisterAsync("waits", Parent(".sync", "slow-child"));
        var runId = await _flow.StartRunAsync("waits");
        (await _flow.Http.PostAsJsonAsync($"/v1/runs/{await ChildOfAsync(runId)}/cancel", new { reason = "enough" })).EnsureSuccessStatusCode();

        var run = await _flow.EndedAsync(runId);
        run.Run.Error.ShouldBe("States.TaskFailed");
        JsonElement.Parse(run.Cause!).GetProperty("Status").GetString().ShouldBe("ABORTED");
    }

    private async Task<Guid> ChildOfAsync(Guid runId)
    {
        Run? child = null;
        await Eventually.HoldsAsync("the child to begin", () => (child = Find()) is not null);
        return child!.CorrelationId;

        Run? Find()
        {
            using var scope = _flow.Services.CreateScope();
            return scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>().Runs.AsNoTracking().SingleOrDefault(r => r.SourceRunId == runId);
        }
    }

    private async Task StatusShouldBecomeAsync(Guid runId, RunStatus status)
    {
        await Eventually.HoldsAsync($"run {runId} to be {status}", () =>
        {
            using var scope = _flow.Services.CreateScope();
            return scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>().Runs.AsNoTracking().SingleOrDefault(r => r.CorrelationId == runId)?.CurrentState == status.ToString();
        });
    }
}
