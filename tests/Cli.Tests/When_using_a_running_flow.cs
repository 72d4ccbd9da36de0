namespace Flow.Cli.Tests;

/// <summary>Every client verb against a real <c>flow dev</c>.</summary>
// capability 150
public sealed class When_using_a_running_flow(DevProcess flow) : IClassFixture<DevProcess>
{
    private static readonly string Order = Repository.File("examples", "order.asl.yaml");

    // capability 9
    [Fact]
    public async Task Should_register_the_same_text_once_in_either_notation()
    {
        using var directory = new TemporaryDirectory();
        var yaml = directory.Write("same.yaml", "StartAt: A\nStates: {A: {Type: Succeed}}\n");
        var json = directory.Write("same.json", """{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}""");

        (await flow.RunAsync("workflows", "register", yaml)).Output.ShouldContain("Registered same version 1");
        (await flow.RunAsync("workflows", "register", json)).Output.ShouldContain("Registered same version 1");
        var shown = (await flow.RunAsync("workflows", "show", "same", "-o", "json")).Json;
        shown.GetProperty("versions").GetArrayLength().ShouldBe(1);
        shown.GetProperty("definition").GetProperty("StartAt").GetString().ShouldBe("A");
        (await flow.RunAsync("workflows", "list")).Output.ShouldContain("same");
    }

    [Fact]
    public async Task Should_refuse_an_unsound_definition_with_its_findings()
    {
        using var directory = new TemporaryDirectory();
        var outcome = await flow.RunAsync("workflows", "register", directory.Write("bad.json", """{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}"""));
        outcome.ExitCode.ShouldBe(1);
        outcome.Error.ShouldContain("/States/A/Next");
        outcome.Output.ShouldBeEmpty();
    }

    // capability 32, 42, 44
    [Fact]
    public async Task Should_run_the_order_example_to_its_end()
    {
        (await flow.RunAsync("workflows", "register", Order)).ExitCode.ShouldBe(0);
        var started = (await flow.RunAsync("start", "order", "--input", """{"id": 7, "total": 120}""", "--name", "first", "--tag", "team=web", "--priority", "critical", "-o", "json")).Json;
        var runId = started.GetProperty("runId").GetString()!;

        var waited = await flow.RunAsync("wait", runId, "--timeout", "60s", "-o", "json");
        waited.ExitCode.ShouldBe(0, waited.Output + waited.Error);
        waited.Json.GetProperty("output").GetProperty("status").GetString().ShouldBe("confirmed");
        waited.Json.GetProperty("output").GetProperty("charged").GetInt32().ShouldBe(120);
        waited.Json.GetProperty("tags").GetProperty("team").GetString().ShouldBe("web");

        var shown = await flow.RunAsync("run", runId[^8..]);
        shown.Output.ShouldContain(runId);
        shown.Output.ShouldContain("Succeeded");
        (await flow.RunAsync("runs", "--name", "first", "--status", "succeeded", "--started-after", "1h")).Output.ShouldContain(runId[^8..]);
        (await flow.RunAsync("runs", "--name", "first", "--started-before", "1h", "-o", "json")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);

        var history = await flow.RunAsync("history", runId, "-o", "json");
        var events = history.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonElement.Parse(line).GetProperty("event").GetProperty("type").GetString()).ToArray();
        events[0].ShouldBe("ExecutionStarted");
        events[^1].ShouldBe("ExecutionSucceeded");
        (await flow.RunAsync("history", runId, "--follow")).Output.ShouldContain("ReserveStock");
    }

    [Fact]
    public async Task Should_exit_1_when_the_run_awaited_fails()
    {
        await flow.RunAsync("workflows", "register", Order, "--name", "order-fails");
        var outcome = await FlowCli.RunAsync(["start", "order-fails", "--input", "-", "--wait", "--url", flow.Url], input: """{"id": 7, "total": -1}""");
        outcome.ExitCode.ShouldBe(1);
        outcome.Output.ShouldContain("Order.Invalid");
    }

    // capability 43, 46, 48, 49
    [Fact]
    public async Task Should_tell_what_happened_inside_a_run()
    {
        using var directory = new TemporaryDirectory();
        await flow.RunAsync("workflows", "register", directory.Write("inside.json", """
            {"StartAt":"First","States":{
              "First":{"Type":"Task","Resource":"flow:no-such-handler","Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"Second"}],"End":true},
              "Second":{"Type":"Task","Resource":"flow:echo","Next":"Third"},
              "Third":{"Type":"Task","Resource":"flow:nobody/serves","End":true}}}
            """));
        var runId = (await flow.RunAsync("start", "inside", "--input", """{"id": 7}""", "-o", "json")).Json.GetProperty("runId").GetString()!;
        string? node = null;
        for (var looks = 0; node != "Third" && looks < 60; looks++)
            node = (await flow.RunAsync("run", runId, "-o", "json")).Json.GetProperty("run").GetProperty("node").GetString();

        var failed = (await flow.RunAsync("errors", runId, "-o", "json")).Json.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        (failed.GetProperty("node").GetString(), failed.GetProperty("attempt").GetInt32()).ShouldBe(("First", 1));
        (await flow.RunAsync("errors", runId)).Output.ShouldContain(failed.GetProperty("error").GetString()!);

        var items = await flow.RunAsync("work-items", runId);
        foreach (var part in new[] { "Failed", "Completed", "Pending", "flow-work-nobody" })
            items.Output.ShouldContain(part);
        (await flow.RunAsync("work-items", runId, "--status", "pending", "-o", "json")).Json.GetProperty("items").EnumerateArray().ShouldHaveSingleItem().GetProperty("node").GetString().ShouldBe("Third");
        (await flow.RunAsync("work-items", runId, "--limit", "1")).Error.ShouldContain("--cursor");
        (await flow.RunAsync("work-items")).ExitCode.ShouldBe(2);

        (await flow.RunAsync("output", runId, "--node", "Second")).Json.GetProperty("id").GetInt32().ShouldBe(7);
        (await flow.RunAsync("output", runId, "--node", "Second", "--scope", runId, "-o", "json")).Json.GetProperty("output").GetProperty("id").GetInt32().ShouldBe(7);
        var none = await flow.RunAsync("output", runId);
        (none.ExitCode, none.Output).ShouldBe((1, ""));
        none.Error.ShouldContain("Running");
        (await flow.RunAsync("output", runId, "--node", "Nowhere")).Error.ShouldContain("First, Second, Third");
        (await flow.RunAsync("output", runId, "--scope", runId)).ExitCode.ShouldBe(2);
        (await flow.RunAsync("cancel", runId)).ExitCode.ShouldBe(0);
        (await flow.RunAsync("work-items", runId, "-s", "cancelled")).Output.ShouldContain("Third");
    }

    // capability 37, 42
    [Fact]
    public async Task Should_give_up_waiting_and_cancel()
    {
        using var directory = new TemporaryDirectory();
        await flow.RunAsync("workflows", "register", directory.Write("long.yaml", "StartAt: A\nStates: {A: {Type: Wait, Seconds: 600, Next: B}, B: {Type: Succeed}}\n"));
        var runId = (await flow.RunAsync("start", "long", "-o", "json")).Json.GetProperty("runId").GetString()!;

        var waited = await flow.RunAsync("wait", runId, "--timeout", "500ms");
        waited.ExitCode.ShouldBe(1);
        waited.Error.ShouldContain("still Running");

        (await flow.RunAsync("cancel", runId, "--reason", "no longer wanted")).ExitCode.ShouldBe(0);
        (await flow.RunAsync("wait", runId, "--timeout", "30", "-o", "json")).Json.GetProperty("run").GetProperty("status").GetString().ShouldBe("Cancelled");
    }

    // capability 33
    [Fact]
    public async Task Should_start_one_run_for_one_key()
    {
        using var directory = new TemporaryDirectory();
        await flow.RunAsync("workflows", "register", directory.Write("keyed.yaml", "StartAt: A\nStates: {A: {Type: Succeed}}\n"));
        var first = (await flow.RunAsync("start", "keyed", "--key", "k1", "-o", "json")).Json.GetProperty("runId").GetString();
        (await flow.RunAsync("start", "keyed", "--key", "k1", "-o", "json")).Json.GetProperty("runId").GetString().ShouldBe(first);
        var other = await flow.RunAsync("start", "keyed", "--key", "k1", "--input", """{"a": 1}""");
        other.ExitCode.ShouldBe(1);
    }

    // capability 19
    [Fact]
    public async Task Should_complete_a_node_by_its_task_token()
    {
        using var directory = new TemporaryDirectory();
        await flow.RunAsync("workflows", "register", directory.Write("ask.json", """
            {"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
              "Parameters":{"FunctionName":"echo","Payload.$":"$$.Task.Token"},"End":true}}}
            """));
        var runId = (await flow.RunAsync("start", "ask", "-o", "json")).Json.GetProperty("runId").GetString()!;
        var token = (await flow.RunAsync("history", runId, "-o", "json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => System.Text.Json.JsonElement.Parse(line).GetProperty("event"))
            .Single(e => e.GetProperty("type").GetString() == "TaskScheduled").GetProperty("input").GetProperty("Payload").GetString()!;

        (await flow.RunAsync("work-items", "heartbeat", token, "--progress", "40")).Output.ShouldContain(runId);
        (await flow.RunAsync("work-items", "complete", token, "--result", "{\"ok\": true}")).ExitCode.ShouldBe(0);
        (await flow.RunAsync("wait", runId, "-o", "json")).Json.GetProperty("output").GetProperty("ok").GetBoolean().ShouldBeTrue();
        var late = await flow.RunAsync("work-items", "fail", token, "--error", "Late");
        late.ExitCode.ShouldBe(1);
        late.Error.ShouldContain("Nothing waits for this token");
    }

    // capability 51
    [Fact]
    public async Task Should_list_the_journal_of_a_run()
    {
        using var directory = new TemporaryDirectory();
        await flow.RunAsync("workflows", "register", directory.Write("sign.json", """
            {"StartAt":"Sign","States":{"Sign":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
              "Parameters":{"FunctionName":"echo","Payload.$":"$$.Task.Token"},"End":true}}}
            """));
        var runId = (await flow.RunAsync("start", "sign", "-o", "json")).Json.GetProperty("runId").GetString()!;
        var token = (await flow.RunAsync("history", runId, "-o", "json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => System.Text.Json.JsonElement.Parse(line).GetProperty("event"))
            .Single(e => e.GetProperty("type").GetString() == "TaskScheduled").GetProperty("input").GetProperty("Payload").GetString()!;
        (await flow.RunAsync("journal", runId)).Output.ShouldBeEmpty();

        using var http = new HttpClient();
        using var body = new StringContent("""{"output":1,"journal":[{"kind":"signed","value":{"by":"[Jörg]"}},{"kind":"sealed"}]}""", System.Text.Encoding.UTF8, "application/json");
        (await http.PostAsync($"{flow.Url}/v1/work-items/{Uri.EscapeDataString(token)}/complete", body)).EnsureSuccessStatusCode();
        await flow.RunAsync("wait", runId);

        (await flow.RunAsync("journal", runId)).Output.ShouldContain("""Sign  signed  {"by":"[Jörg]"}""");
        (await flow.RunAsync("journal", runId, "-o", "json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => System.Text.Json.JsonElement.Parse(line).GetProperty("kind").GetString()).ShouldBe(["signed", "sealed"]);
    }

    [Fact]
    public async Task Should_run_a_handler_without_a_workflow()
    {
        var done = await flow.RunAsync("dispatch", "echo", "--input", """{"to": "ada"}""", "--max-attempts", "2", "--key", "job-1", "--wait", "-o", "json");
        done.ExitCode.ShouldBe(0, done.Error);
        done.Json.GetProperty("output").GetProperty("to").GetString().ShouldBe("ada");
        var runId = done.Json.GetProperty("run").GetProperty("runId").GetString()!;
        (await flow.RunAsync("dispatch", "echo", "--input", """{"to": "ada"}""", "--max-attempts", "2", "--key", "job-1", "-o", "json")).Json.GetProperty("runId").GetString().ShouldBe(runId);
        (await flow.RunAsync("runs", "--workflow", "job:echo")).Output.ShouldContain(runId[^8..]);

        var later = await flow.RunAsync("dispatch", "echo", "--delay", "1h", "--queue", "emails", "--priority", "critical");
        later.Output.ShouldContain("of job:echo version 1");
        (await flow.RunAsync("dispatch", "echo", "--queue", "E Mails")).ShouldSatisfyAllConditions(o => o.ExitCode.ShouldBe(1), o => o.Error.ShouldContain("is not a queue name"));
    }

    // capability 91, 92
    [Fact]
    public async Task Should_list_workers()
    {
        var worker = (await flow.WorkersAsync()).ShouldHaveSingleItem();
        worker.GetProperty("state").GetString().ShouldBe("Alive");
        var id = worker.GetProperty("workerId").GetString()!;

        (await flow.RunAsync("workers")).Output.ShouldContain(id);
        (await flow.RunAsync("workers", id)).Output.ShouldContain("publish");
        (await flow.RunAsync("workers", id, "-o", "json")).Json.GetProperty("handlers").GetArrayLength().ShouldBeGreaterThan(4);
    }

    [Theory]
    [InlineData("workers nobody", "No worker 'nobody' was heard of")]
    [InlineData("workers drain nobody", "No worker 'nobody' was heard of")]
    [InlineData("start no-such-workflow", "no-such-workflow")]
    [InlineData("workflows show no-such-workflow", "no-such-workflow")]
    [InlineData("run 019a0000-0000-7000-8000-000000000001", "019a0000-0000-7000-8000-000000000001")]
    [InlineData("run ffffffffffff", "ends in 'ffffffffffff'")]
    [InlineData("runs --cursor nonsense", "nonsense")]
    public async Task Should_exit_1_with_the_reason_when_refused(string arguments, string said)
    {
        var outcome = await flow.RunAsync(arguments.Split(' '));
        outcome.ExitCode.ShouldBe(1);
        outcome.Error.ShouldContain(said);
        outcome.Output.ShouldBeEmpty();
    }
}
