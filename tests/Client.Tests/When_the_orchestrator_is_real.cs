using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;

namespace Flow.Client.Tests;

public sealed class When_the_orchestrator_is_real(RealOrchestrator flow) : IClassFixture<RealOrchestrator>
{
    private const string Echo = "StartAt: A\nStates:\n  A: {Type: Pass, Parameters: {got.$: $}, End: true}\n";
    private const string Long = "StartAt: A\nStates: {A: {Type: Wait, Seconds: 600, End: true}}\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // capability 32, 42, 118
    [Fact]
    public async Task Should_run_the_same_over_http_and_over_the_bus()
    {
        await flow.Client.RegisterWorkflowAsync("echo", DefinitionText.Yaml(Echo), Cancel);
        var input = JsonElement.Parse("""{"id":7}""");

        var overHttp = (await flow.Client.StartRunAsync(new StartRunRequest { Workflow = "echo", Input = input }, cancellationToken: Cancel)).RunId;
        var overBus = (await flow.OverTheBusAsync(bus => bus.StartRunAsync(new StartRun { Workflow = "echo", Input = input }, Cancel)))!.Value;

        foreach (var runId in (Guid[])[overHttp, overBus])
        {
            var run = await OnceItExists(runId);
            run.Run.Status.ShouldBe(RunStatus.Succeeded);
            run.Output!.Value.GetProperty("got").GetProperty("id").GetInt32().ShouldBe(7);
        }
    }

    // capability 37
    [Fact]
    public async Task Should_cancel_over_http_and_over_the_bus()
    {
        await flow.Client.RegisterWorkflowAsync("long", DefinitionText.Yaml(Long), Cancel);
        var first = (await flow.Client.StartRunAsync(new StartRunRequest { Workflow = "long" }, cancellationToken: Cancel)).RunId;
        var second = (await flow.Client.StartRunAsync(new StartRunRequest { Workflow = "long" }, cancellationToken: Cancel)).RunId;
        await flow.Client.CancelRunAsync(first, "one", Cancel);
        await flow.OverTheBusAsync(async bus =>
        {
            await bus.CancelRunAsync(new CancelRun(second, "two"), Cancel);
            return true;
        });
        foreach (var runId in (Guid[])[first, second])
            (await flow.Client.WaitForRunAsync(runId, Patience.Limit, Cancel)).Run.Status.ShouldBe(RunStatus.Cancelled);
    }

    // capability 118
    [Fact]
    public async Task Should_dispatch_a_job_over_http_and_over_the_bus()
    {
        var options = new DispatchOptions { Queue = "nobody", MaxAttempts = 3, Priority = Priority.Low };
        var overHttp = (await flow.Client.DispatchAsync("send-email", new { To = "ada" }, options, Cancel)).RunId;
        var overBus = (await flow.OverTheBusAsync(bus => bus.DispatchAsync("send-email", new { To = "ada" }, options, Cancel)))!.Value;
        foreach (var runId in (Guid[])[overHttp, overBus])
        {
            await OnceItStands(runId, HoldReason.WorkItem);
            var run = await flow.Client.GetRunAsync(runId, Cancel);
            (run.Run.Workflow, run.Run.Version, run.Priority, run.Input.GetProperty("to").GetString()).ShouldBe(("job:send-email", 4, Priority.Low, "ada"));
            (await flow.Client.CancelRunAsync(runId, cancellationToken: Cancel)).Status.ShouldBe(RunStatus.Cancelled);
        }

        var keyed = await flow.Client.DispatchAsync("send-email", null, new() { Delay = TimeSpan.FromHours(1), IdempotencyKey = "k" }, Cancel);
        keyed.Status.ShouldBe(RunStatus.Scheduled);
        (await flow.Client.DispatchAsync("send-email", null, new() { Delay = TimeSpan.FromHours(1), IdempotencyKey = "k" }, Cancel)).RunId.ShouldBe(keyed.RunId);
        (await Should.ThrowAsync<FlowApiException>(flow.Client.DispatchAsync("send-email", 1, new() { MaxAttempts = 0 }, Cancel))).Detail.ShouldContain("maxAttempts is 0");
        (await Should.ThrowAsync<ArgumentException>(() => flow.OverTheBusAsync(bus => bus.DispatchAsync("send-email", 1, new() { Delay = TimeSpan.FromSeconds(-1) }, Cancel)))).Message.ShouldContain("delaySeconds is -1");
    }

    // capability 91
    [Fact]
    public async Task Should_name_a_worker_that_is_unknown()
    {
        (await flow.Client.ListWorkersAsync(Cancel)).Items.ShouldBeEmpty();
        (await Should.ThrowAsync<FlowApiException>(flow.Client.GetWorkerAsync("no/body", Cancel))).Type.ShouldBe("urn:flow:problem:unknown-worker");
        (await Should.ThrowAsync<FlowApiException>(flow.Client.DrainWorkerAsync("nobody", exit: true, Cancel))).Type.ShouldBe("urn:flow:problem:unknown-worker");
    }

    // capability 8, 9
    [Fact]
    public async Task Should_keep_versions_and_know_the_same_text()
    {
        var first = await flow.Client.RegisterWorkflowAsync("versions", DefinitionText.Yaml(Echo), Cancel);
        (await flow.Client.RegisterWorkflowAsync("versions", DefinitionText.Json("""{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"got.$":"$"},"End":true}}}"""), Cancel)).Version.ShouldBe(first.Version);
        (await flow.Client.RegisterWorkflowAsync("versions", DefinitionText.Yaml(Long), Cancel)).Version.ShouldBe(2);

        var shown = await flow.Client.GetWorkflowAsync("versions", 1, Cancel);
        shown.Versions.ShouldBe([1, 2]);
        shown.Definition.GetProperty("States").GetProperty("A").GetProperty("Type").GetString().ShouldBe("Pass");
        (await flow.Client.ListWorkflowsAsync(cancellationToken: Cancel)).Items.Single(workflow => workflow.Name == "versions").Version.ShouldBe(2);
    }

    // capability 10
    [Fact]
    public async Task Should_give_the_findings_of_a_definition()
    {
        var unsound = DefinitionText.Json("""{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}""");
        (await flow.Client.ValidateWorkflowAsync(DefinitionText.Yaml(Echo), Cancel)).Valid.ShouldBeTrue();
        var validation = await flow.Client.ValidateWorkflowAsync(unsound, Cancel);
        validation.Valid.ShouldBeFalse();
        var refusal = await Should.ThrowAsync<FlowApiException>(flow.Client.RegisterWorkflowAsync("unsound", unsound, Cancel));
        refusal.Findings.ShouldBe(validation.Findings);
        refusal.Findings[0].Pointer.ShouldBe("/States/A/Next");
    }

    // capability 33, 36
    [Fact]
    public async Task Should_page_through_runs_and_start_one_run_for_one_key()
    {
        await flow.Client.RegisterWorkflowAsync("paged", DefinitionText.Yaml(Echo), Cancel);
        var ids = new HashSet<Guid>();
        for (var i = 0; i < 5; i++)
        {
            var request = new StartRunRequest { Workflow = "paged", Name = "page" };
            ids.Add((await flow.Client.StartRunAsync(request, $"paged-{i}", Cancel)).RunId);
            (await flow.Client.StartRunAsync(request, $"paged-{i}", Cancel)).RunId.ShouldBeOneOf([.. ids]);
        }

        var listed = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await flow.Client.ListRunsAsync(new RunFilter { Workflow = "paged", Name = "page", Limit = 2, Cursor = cursor }, Cancel);
            listed.AddRange(page.Items.Select(run => run.RunId));
            cursor = page.Next;
        }
        while (cursor is not null);
        listed.Count.ShouldBe(5);
        listed.ToHashSet().SetEquals(ids).ShouldBeTrue();
    }

    // capability 43, 46, 48
    [Fact]
    public async Task Should_tell_what_happened_inside_a_run()
    {
        await flow.Client.RegisterWorkflowAsync("inside", DefinitionText.Yaml("""
            StartAt: A/B
            States:
              A/B: {Type: Pass, Result: 7, Next: C}
              C: {Type: Task, Resource: 'flow:nobody/serves', TimeoutSeconds: 1, End: true}
            """), Cancel);
        var runId = (await flow.Client.StartRunAsync(new StartRunRequest { Workflow = "inside" }, cancellationToken: Cancel)).RunId;
        (await flow.Client.WaitForRunAsync(runId, Patience.Limit, Cancel)).Run.Status.ShouldBe(RunStatus.Failed);

        (await flow.Client.GetNodeOutputAsync(runId, "A/B", runId, Cancel)).Output.GetInt32().ShouldBe(7);
        (await Should.ThrowAsync<FlowApiException>(flow.Client.GetNodeOutputAsync(runId, "C", cancellationToken: Cancel))).Type.ShouldBe("urn:flow:problem:no-output");
        var failed = (await flow.Client.ListErrorsAsync(runId, limit: 5, cancellationToken: Cancel)).Items.ShouldHaveSingleItem();
        (failed.Node, failed.Error, failed.IsPermanent).ShouldBe(("C", "States.Timeout", true));
        var page = await flow.Client.ListWorkItemsAsync(runId, WorkItemStatus.PermanentlyFailed, limit: 5, cancellationToken: Cancel);
        page.Items.ShouldHaveSingleItem().Token.ShouldBe(failed.Token);
        (await flow.Client.ListErrorsAsync(runId, cursor: "0", cancellationToken: Cancel)).Items.Count.ShouldBe(1);
    }

    // capability 35
    [Fact]
    public async Task Should_name_what_is_unknown()
    {
        var unknownRun = await Should.ThrowAsync<FlowApiException>(flow.Client.GetRunAsync(Guid.CreateVersion7(), Cancel));
        (unknownRun.Status, unknownRun.Type).ShouldBe((404, "urn:flow:problem:unknown-run"));
        var unknownWorkflow = await Should.ThrowAsync<FlowApiException>(flow.Client.StartRunAsync(new StartRunRequest { Workflow = "nope" }, cancellationToken: Cancel));
        (unknownWorkflow.Status, unknownWorkflow.Type).ShouldBe((404, "urn:flow:problem:unknown-workflow"));
        unknownWorkflow.Detail.ShouldContain("nope");
    }

    private async Task OnceItStands(Guid runId, HoldReason reason)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                if ((await flow.Client.ExplainRunAsync(runId, Cancel)).Holds.Any(hold => hold.Reason == reason))
                    return;
            }
            catch (FlowApiException e) when (e.Status == 404)
            {
                // Not there yet.
            }

            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(Patience.Limit);
        }
    }

    /// <summary>A start over the bus is not there yet when the message has left.</summary>
    private async Task<RunDetails> OnceItExists(Guid runId)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await flow.Client.WaitForRunAsync(runId, Patience.Limit, Cancel);
            }
            catch (FlowApiException e) when (e.Status == 404 && TimeProvider.System.GetElapsedTime(start) < Patience.Limit)
            {
                await Task.Yield();
            }
        }
    }
}
