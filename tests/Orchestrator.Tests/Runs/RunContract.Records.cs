using System.Net;
using System.Net.Http.Json;
using Flow.Orchestrator.Tests.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Flow.Orchestrator.Tests.Runs;

public abstract partial class RunContract
{
    // capability 46
    [Fact]
    public async Task Should_list_every_failed_attempt_and_nothing_else()
    {
        await _flow.RegisterAsync("errors", """
            {"StartAt":"M","States":{
              "M":{"Type":"Map","ItemsPath":"$.items","ResultPath":null,"ItemProcessor":{"StartAt":"Caught","States":{
                "Caught":{"Type":"Task","Resource":"flow:fail","Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1,"MaxAttempts":1}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Over"}],"End":true},
                "Over":{"Type":"Pass","End":true}}},"Next":"Late"},
              "Late":{"Type":"Task","Resource":"flow:nobody/serves","TimeoutSeconds":1,"Catch":[{"ErrorEquals":["States.Timeout"],"ResultPath":null,"Next":"Echo"}],"End":true},
              "Echo":{"Type":"Task","Resource":"flow:echo","Next":"Last"},
              "Last":{"Type":"Task","Resource":"flow:fail","End":true}}}
            """);
        var run = (await _flow.RunAsync("errors", new { items = new[] { 1, 2 } })).Run;

        var errors = await PagedAsync<FailedAttempt>($"/v1/runs/{run.RunId}/errors", limit: 2);

        errors.Select(e => (e.Node, e.Attempt, e.Error, e.IsPermanent)).Order().ShouldBe(
        [
            ("Caught", 1, "System.InvalidOperationException", false), ("Caught", 1, "System.InvalidOperationException", false),
            ("Caught", 2, "System.InvalidOperationException", false), ("Caught", 2, "System.InvalidOperationException", false),
            ("Last", 1, "System.InvalidOperationException", true), ("Late", 1, "States.Timeout", false),
        ]);
        errors.Select(e => e.Id).ShouldBeInOrder();
        errors.Select(e => e.Token).ShouldBeUnique();
        errors.Where(e => e.Node == "Caught").GroupBy(e => e.ScopeId).Select(g => g.Count()).ShouldBe([2, 2]);
        var history = await PagedAsync<HistoryEntry>($"/v1/runs/{run.RunId}/history", limit: 3);
        errors.ShouldAllBe(error => history.Single(entry => entry.Id == error.Id).Event.Token == error.Token);
        errors[^1].ShouldSatisfyAllConditions(e => e.Cause!.ShouldContain("always"), e => e.ScopeId.ShouldBe(run.RunId), e => e.Timestamp.ShouldBe(run.EndedAt!.Value, TimeSpan.FromSeconds(1)));
        await ShouldBeRefusedAsync(await _flow.Http.GetAsync($"/v1/runs/{Guid.NewGuid()}/errors"), HttpStatusCode.NotFound, "unknown-run");
    }

    // capabilities 48, 49
    [Fact]
    public async Task Should_tell_how_each_work_item_stands()
    {
        await _flow.RegisterAsync("child", """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}""");
        await _flow.RegisterAsync("items", """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
              {"StartAt":"Pending","States":{"Pending":{"Type":"Task","Resource":"flow:nobody/serves","TimeoutSeconds":900,"End":true}}},
              {"StartAt":"Taken","States":{"Taken":{"Type":"Task","Resource":"flow:gated","End":true}}},
              {"StartAt":"Delayed","States":{"Delayed":{"Type":"Task","Resource":"flow:fail","Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":600}],"End":true}}},
              {"StartAt":"Caught","States":{"Caught":{"Type":"Task","Resource":"flow:fail","Catch":[{"ErrorEquals":["States.ALL"],"Next":"Done"}],"End":true},"Done":{"Type":"Task","Resource":"flow:echo","Next":"Rest"},"Rest":{"Type":"Wait","Seconds":600,"End":true}}},
              {"StartAt":"Held","States":{"Held":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","HeartbeatSeconds":900,"Parameters":{"FunctionName":"ask","Payload":{"key":"held","token.$":"$$.Task.Token"}},"End":true}}},
              {"StartAt":"Started","States":{"Started":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync","Parameters":{"StateMachineArn":"child"},"End":true}}}]}}}
            """);
        var runId = await _flow.StartRunAsync("items", new { key = "taken" });
        await Eventually.HoldsAsync("the token to be handed out", () => _tokens.ContainsKey("held"));
        (await AnswerAsync("held", "heartbeat", new { progress = 40 })).EnsureSuccessStatusCode();
        (string, int, WorkItemStatus)[] expected =
        [
            ("Caught", 1, WorkItemStatus.Failed), ("Delayed", 1, WorkItemStatus.Failed), ("Delayed", 2, WorkItemStatus.WaitingRetry), ("Done", 1, WorkItemStatus.Completed),
            ("Held", 1, WorkItemStatus.InProgress), ("Pending", 1, WorkItemStatus.Pending), ("Started", 1, WorkItemStatus.InProgress), ("Taken", 1, WorkItemStatus.InProgress),
        ];
        List<RunWorkItem> items = [];
        await Eventually.HoldsAsync(
            "every item to stand",
            () => (items = PagedAsync<RunWorkItem>($"/v1/runs/{runId}/work-items", limit: 3).GetAwaiter().GetResult()).Select(i => (i.Node, i.Attempt, i.Status)).Order().SequenceEqual(expected));

        items.Single(i => i.Node == "Pending").ShouldSatisfyAllConditions(
            i => (i.Queue, i.Handler).ShouldBe(("flow-work-nobody", "serves")),
            i => (i.DueAt!.Value - i.ScheduledAt!.Value).ShouldBe(TimeSpan.FromSeconds(900), TimeSpan.FromSeconds(1)));
        items.Single(i => i.Node == "Taken").ShouldSatisfyAllConditions(i => i.WorkerId.ShouldNotBeNull(), i => i.StartedAt.ShouldNotBeNull());
        items.Single(i => i.Node == "Held").WaitsForToken.ShouldBeTrue();
        items.Single(i => i.Status == WorkItemStatus.WaitingRetry).ShouldSatisfyAllConditions(i => i.Token.ShouldBeNull(), i => i.DueAt.ShouldNotBeNull());
        foreach (var status in Enum.GetValues<WorkItemStatus>())
            (await PagedAsync<RunWorkItem>($"/v1/runs/{runId}/work-items?status={status}", limit: 1)).Select(i => i.Node).Order().ShouldBe(expected.Where(e => e.Item3 == status).Select(e => e.Item1).Order());
        (await WhyAsync(runId)).Holds.Single(h => h.Node == "Taken").Text.ShouldContain(items.Single(i => i.Node == "Taken").WorkerId!);

        await SteerAsync(runId, "cancel");
        (await PagedAsync<RunWorkItem>($"/v1/runs/{runId}/work-items?status=cancelled", limit: 2)).Select(i => i.Node).Order().ShouldBe(["Held", "Pending", "Started", "Taken"]);
        (await PagedAsync<RunWorkItem>($"/v1/runs/{runId}/work-items?status=pending", limit: 2)).ShouldBeEmpty();
        await ShouldBeRefusedAsync(await _flow.Http.GetAsync($"/v1/runs/{runId}/work-items?status=odd"), HttpStatusCode.BadRequest, "invalid-request");
        await ShouldBeRefusedAsync(await _flow.Http.GetAsync($"/v1/runs/{runId}/work-items?cursor=odd"), HttpStatusCode.BadRequest, "invalid-request");
        await ShouldBeRefusedAsync(await _flow.Http.GetAsync($"/v1/runs/{Guid.NewGuid()}/work-items"), HttpStatusCode.NotFound, "unknown-run");
    }

    // capability 48
    [Fact]
    public async Task Should_tell_an_item_that_nobody_tries_again_from_one_that_failed()
    {
        await _flow.RegisterAsync("spent", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:fail","Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1,"MaxAttempts":1}],"End":true}}}""");
        var run = (await _flow.RunAsync("spent")).Run;

        var items = await PagedAsync<RunWorkItem>($"/v1/runs/{run.RunId}/work-items", limit: 500);

        items.Select(i => (i.Attempt, i.Status, i.Error)).ShouldBe(
        [
            (1, WorkItemStatus.Failed, "System.InvalidOperationException"),
            (2, WorkItemStatus.PermanentlyFailed, "System.InvalidOperationException"),
        ]);
        items.ShouldAllBe(i => i.EndedAt != null && i.ScopeId == run.RunId && i.Token != null);
    }

    // capability 43
    [Fact]
    public async Task Should_give_the_last_output_of_a_node()
    {
        await _flow.RegisterAsync("outputs", """
            {"StartAt":"First","States":{
              "First":{"Type":"Pass","Result":"one","ResultPath":"$.first","Next":"In/Out"},
              "In/Out":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n, 1)","items.$":"$.items"},"Next":"Again?"},
              "Again?":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":5,"Next":"In/Out"}],"Default":"M"},
              "M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:echo","Next":"U"},"U":{"Type":"Pass","End":true}}},"Next":"Never"},
              "Never":{"Type":"Wait","Seconds":600,"Next":"End"},
              "End":{"Type":"Succeed"}}}
            """);
        var runId = await _flow.StartRunAsync("outputs", new { n = 0, items = new[] { 7, 8 } });
        await Eventually.HoldsAsync("the run to wait", () => RunAsync(runId).GetAwaiter().GetResult().Run.Node == "Never");

        (await OutputAsync(runId, "First")).Output.GetProperty("first").GetString().ShouldBe("one");
        (await OutputAsync(runId, "In/Out")).Output.GetProperty("n").GetInt32().ShouldBe(5);
        (await OutputAsync(runId, "Again?")).Output.GetProperty("n").GetInt32().ShouldBe(5);
        var map = await OutputAsync(runId, "M");
        (map.Output.GetRawText(), map.ScopeId).ShouldBe(("[7,8]", runId));
        (await OutputAsync(runId, "M", runId)).Id.ShouldBe(map.Id);
        var history = await _flow.HistoryAsync(runId);
        foreach (var exit in history.Where(h => h.Event is { Node: "T" or "U", Type: "TaskStateExited" or "PassStateExited" }))
            (await OutputAsync(runId, exit.Event.Node!, exit.ScopeId)).ShouldSatisfyAllConditions(o => o.Output.GetRawText().ShouldBe(exit.Event.Output!.Value.GetRawText()), o => o.Id.ShouldBe(exit.Id));
        (await OutputAsync(runId, "T")).Id.ShouldBe(history.Last(h => h.Event.Type == "TaskStateExited").Id);

        await ShouldBeRefusedAsync(await OutputAnswerAsync(runId, "Never"), HttpStatusCode.NotFound, "no-output");
        await ShouldBeRefusedAsync(await OutputAnswerAsync(runId, "T", runId), HttpStatusCode.NotFound, "no-output");
        await ShouldBeRefusedAsync(await OutputAnswerAsync(runId, "T", Guid.NewGuid()), HttpStatusCode.NotFound, "unknown-scope");
        await ShouldBeRefusedAsync(await OutputAnswerAsync(Guid.NewGuid(), "T"), HttpStatusCode.NotFound, "unknown-run");
        (await ProblemAsync(await OutputAnswerAsync(runId, "Nowhere"), HttpStatusCode.NotFound)).ShouldContain("First, In/Out, Again?, M, Never, End, T, U");
    }

    // capability 44
    [Fact]
    public async Task Should_page_through_a_history_that_grows()
    {
        await _flow.RegisterAsync("grows", """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":5,"ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:echo","End":true}}},"End":true}}}
            """);
        var runId = await _flow.StartRunAsync("grows", new { items = Enumerable.Range(0, 100) });
        var address = $"/v1/runs/{runId}/history";
        var readings = new List<List<HistoryEntry>>();
        do
            readings.Add(await PagedAsync<HistoryEntry>(address, limit: 10));
        while ((await RunAsync(runId)).Run.EndedAt is null);

        var whole = await PagedAsync<HistoryEntry>(address, limit: 500);
        whole.Count(e => e.Event.Type == "TaskSucceeded").ShouldBe(100);
        (whole[0].Event.Type, whole[^1].Event.Type).ShouldBe(("ExecutionStarted", "ExecutionSucceeded"));
        var byId = whole.ToDictionary(e => e.Id, e => e.Event.Type);
        foreach (var reading in readings)
        {
            reading.Select(e => e.Id).ShouldBe(reading.Select(e => e.Id).Distinct().Order());
            reading.ShouldAllBe(e => byId[e.Id] == e.Event.Type);
        }

        // What a transition caused comes after it, in every scope.
        foreach (var scope in whole.GroupBy(e => e.ScopeId).Where(g => g.Key != runId))
            scope.Select(e => e.Event.Type).ShouldBe(["MapIterationStarted", "TaskStateEntered", "TaskScheduled", "TaskSucceeded", "TaskStateExited", "MapIterationSucceeded"]);
    }

    [Fact]
    public async Task Should_find_what_was_recorded_before_there_were_columns_to_find_it_by()
    {
        await _flow.RegisterAsync("before", """
            {"StartAt":"T","States":{
              "T":{"Type":"Task","Resource":"flow:fail","Catch":[{"ErrorEquals":["States.ALL"],"Next":"U"}],"End":true},
              "U":{"Type":"Task","Resource":"flow:echo","End":true}}}
            """);
        var run = (await _flow.RunAsync("before")).Run;
        var errors = await PagedAsync<FailedAttempt>($"/v1/runs/{run.RunId}/errors", limit: 10);
        var outputs = (T: (await OutputAsync(run.RunId, "T")).Id, U: (await OutputAsync(run.RunId, "U")).Id);

        await ChangeAsync(async db =>
        {
            var migrator = db.GetService<IMigrator>();
            await migrator.MigrateAsync(db.Database.GetMigrations().Single(m => m.EndsWith("_Retention", StringComparison.Ordinal)));
            await migrator.MigrateAsync();
        });

        (await PagedAsync<FailedAttempt>($"/v1/runs/{run.RunId}/errors", limit: 10)).ShouldBe(errors);
        ((await OutputAsync(run.RunId, "T")).Id, (await OutputAsync(run.RunId, "U")).Id).ShouldBe(outputs);
    }

    /// <summary>All items of a list, a page at a time.</summary>
    private async Task<List<T>> PagedAsync<T>(string address, int limit)
    {
        var items = new List<T>();
        string? cursor = null;
        do
        {
            var page = await _flow.Http.GetFromJsonAsync<Page<T>>($"{address}{(address.Contains('?') ? '&' : '?')}limit={limit}{(cursor is null ? "" : $"&cursor={cursor}")}", JsonSerializerOptions.Web);
            items.AddRange(page!.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        return items;
    }

    private async Task<RunDetails> RunAsync(Guid runId) => (await _flow.Http.GetFromJsonAsync<RunDetails>($"/v1/runs/{runId}", JsonSerializerOptions.Web))!;

    private Task<HttpResponseMessage> OutputAnswerAsync(Guid runId, string node, Guid? scope = null) =>
        _flow.Http.GetAsync($"/v1/runs/{runId}/nodes/{Uri.EscapeDataString(node)}/output{(scope is null ? "" : $"?scope={scope}")}");

    private async Task<NodeOutput> OutputAsync(Guid runId, string node, Guid? scope = null)
    {
        var answer = await OutputAnswerAsync(runId, node, scope);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<NodeOutput>(JsonSerializerOptions.Web))!;
    }
}
