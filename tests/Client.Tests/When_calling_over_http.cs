using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;

namespace Flow.Client.Tests;

public sealed class When_calling_over_http
{
    private static readonly Guid RunId = Guid.Parse(Bodies.Id);

    [Fact]
    public async Task Should_start_a_run()
    {
        await using var server = await FakeServer.AnsweringAsync(202, Bodies.Summary());
        var request = new StartRunRequest { Workflow = "order", Input = JsonElement.Parse("""{"id":7}"""), Priority = Priority.Critical, Tags = new Dictionary<string, string> { ["team"] = "web" } };

        var run = await server.Client().StartRunAsync(request, "key-1", TestContext.Current.CancellationToken);

        (run.RunId, run.Status, run.Version).ShouldBe((RunId, RunStatus.Running, 2));
        var seen = server.Requests.Single();
        (seen.Method, seen.Path, seen.IdempotencyKey).ShouldBe(("POST", "/v1/runs", "key-1"));
        var body = JsonElement.Parse(seen.Body);
        body.GetProperty("workflow").GetString().ShouldBe("order");
        body.GetProperty("input").GetProperty("id").GetInt32().ShouldBe(7);
        body.GetProperty("priority").GetString().ShouldBe("Critical");
        body.GetProperty("tags").GetProperty("team").GetString().ShouldBe("web");
        body.GetProperty("runId").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Should_put_every_filter_into_the_query()
    {
        await using var server = await FakeServer.AnsweringAsync(200, Bodies.NoItems);
        var filter = new RunFilter
        {
            Workflow = "a&b", Status = RunStatus.TimedOut, Name = "ü 1", Limit = 5, Cursor = "x=",
            StartedAfter = new(2026, 5, 1, 12, 0, 0, TimeSpan.FromHours(2)), StartedBefore = new(2026, 5, 2, 0, 0, 0, TimeSpan.Zero),
        };

        await server.Client().ListRunsAsync(filter, TestContext.Current.CancellationToken);
        await server.Client().ListRunsAsync(null, TestContext.Current.CancellationToken);

        var queries = server.Requests.Select(request => request.Query).ToArray();
        queries[0].ShouldBe("?workflow=a%26b&status=TimedOut&name=%C3%BC%201&startedAfter=2026-05-01T12%3A00%3A00.0000000%2B02%3A00&startedBefore=2026-05-02T00%3A00%3A00.0000000%2B00%3A00&limit=5&cursor=x%3D");
        queries[1].ShouldBe("");
    }

    [Fact]
    public async Task Should_test_a_node()
    {
        await using var server = await FakeServer.AnsweringAsync(200, """{"status":"CaughtError","pointer":"/States/A","output":null,"error":"E","nextNode":"B","inspectionData":{"input":{"n":1}}}""");

        var result = await server.Client().TestNodeAsync(new() { Workflow = "order", Node = "A", Mock = new() { Result = JsonElement.Parse("null") } }, TestContext.Current.CancellationToken);

        (result.Status, result.Error, result.NextNode, result.Output.ValueKind).ShouldBe((NodeTestStatus.CaughtError, "E", "B", JsonValueKind.Null));
        result.InspectionData!["input"].GetProperty("n").GetInt32().ShouldBe(1);
        var seen = server.Requests.Single();
        (seen.Method, seen.Path).ShouldBe(("POST", "/v1/workflows/test-node"));
        var body = JsonElement.Parse(seen.Body);
        body.GetProperty("mock").GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);
        body.TryGetProperty("input", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_send_a_definition_in_its_own_notation()
    {
        await using var server = await FakeServer.AnsweringAsync(201, """{"name":"order","version":1,"hash":"abc","comment":null,"registeredAt":"2026-05-01T12:00:00Z"}""");
        await server.Client().RegisterWorkflowAsync("order one", DefinitionText.Yaml("StartAt: A"), TestContext.Current.CancellationToken);
        var seen = server.Requests.Single();
        (seen.Path, seen.ContentType, seen.Body).ShouldBe(("/v1/workflows/order one", "application/yaml; charset=utf-8", "StartAt: A"));
    }

    // capability 42
    [Fact]
    public async Task Should_wait_through_polls_until_the_run_has_ended()
    {
        await using var server = await FakeServer.StartAsync((context, number) => FakeServer.Answer(context, 200, Bodies.Details(number < 3 ? "Running" : "Succeeded")));
        var details = await server.Client().WaitForRunAsync(RunId, Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        details.Run.Status.ShouldBe(RunStatus.Succeeded);
        details.Output!.Value.GetProperty("ok").GetBoolean().ShouldBeTrue();
        server.Requests.Count.ShouldBe(3);
        server.Requests.ShouldAllBe(request => request.Path == $"/v1/runs/{RunId}/wait" && request.Query == "?timeoutSeconds=25");
    }

    // capability 42
    [Fact]
    public async Task Should_answer_with_the_open_run_when_the_time_is_up()
    {
        await using var server = await FakeServer.AnsweringAsync(200, Bodies.Details("Running"));
        var details = await server.Client().WaitForRunAsync(RunId, TimeSpan.Zero, TestContext.Current.CancellationToken);
        details.Run.Status.ShouldBe(RunStatus.Running);
        server.Requests.Single().Query.ShouldBe("?timeoutSeconds=0");
    }

    // capability 51
    [Fact]
    public async Task Should_read_a_journal_and_append_to_it()
    {
        await using var server = await FakeServer.StartAsync((context, number) => FakeServer.Answer(context, 200, number < 3
            ? $$"""{"entries":[{"id":41,"scopeId":"{{Bodies.Id}}","node":"N","token":"{{Bodies.Id}}","index":1,"kind":"noted","value":{"a":1},"recordedAt":"2026-05-01T12:00:00Z"}],"next":41}"""
            : Bodies.Summary()));

        var page = await server.Client().GetJournalAsync(RunId, cancellationToken: TestContext.Current.CancellationToken);
        await server.Client().GetJournalAsync(RunId, page.Next!.Value, 5, TestContext.Current.CancellationToken);
        await server.Client().CompleteWorkItemAsync("t", JsonElement.Parse("1"), [new JournalEntry { Kind = "k", Value = JsonElement.Parse("2") }], TestContext.Current.CancellationToken);

        page.Entries.Single().ShouldSatisfyAllConditions(e => (e.Id, e.Kind, e.Index, e.Value.GetRawText()).ShouldBe((41, "noted", 1, """{"a":1}""")));
        server.Requests.Select(request => request.Path + request.Query).ShouldBe([$"/v1/runs/{RunId}/journal", $"/v1/runs/{RunId}/journal?after=41&take=5", "/v1/work-items/t/complete"]);
        JsonElement.Parse(server.Requests.Last().Body).GetRawText().ShouldBe("""{"output":1,"journal":[{"kind":"k","value":2}]}""");
    }

    [Fact]
    public async Task Should_keep_a_path_in_the_address()
    {
        await using var server = await FakeServer.AnsweringAsync(200, Bodies.Details("Running"));
        await FakeServer.ClientOf(new Uri(server.Address, "/behind/proxy")).GetRunAsync(RunId, TestContext.Current.CancellationToken);
        server.Requests.Single().Path.ShouldBe($"/behind/proxy/v1/runs/{RunId}");
    }
}
