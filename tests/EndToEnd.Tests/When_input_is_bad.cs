using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Flow.Contracts.Api;

namespace Flow.EndToEnd.Tests;

/// <summary>Each kind of bad input gets its named error, and good work sent after it still ends.</summary>
public sealed class When_input_is_bad : IAsyncLifetime
{
    private Installation _flow = null!;
    private FlowProcess _orchestrator = null!;

    public async ValueTask InitializeAsync()
    {
        _flow = await Installation.CreateAsync();
        _orchestrator = _flow.Orchestrator();
        var worker = _flow.Worker();
        await Task.WhenAll(_orchestrator.ReadyAsync(), worker.ReadyAsync());
        await _flow.RegisterAsync(_orchestrator, "greeting", Workflows.Greeting);
    }

    public async ValueTask DisposeAsync()
    {
        if (_flow is not null)
            await _flow.DisposeAsync();
    }

    // capability 10
    [Fact]
    public async Task Should_answer_400_with_every_finding_for_a_malformed_definition()
    {
        const string definition = """
            { "StartAt": "Nowhere", "States": { "A": { "Type": "Pass", "Next": "B" }, "C": { "Type": "Wiat", "End": true } } }
            """;
        using var body = new StringContent(definition, Encoding.UTF8, "application/json");
        var answer = await _orchestrator.Http.PostAsync("/v1/workflows/broken", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("type").GetString().ShouldBe("urn:flow:problem:invalid-definition");
        var findings = problem.GetProperty("findings").Deserialize<DefinitionFinding[]>(JsonSerializerOptions.Web)!;
        var pointers = findings.Select(f => f.Pointer).ToList();
        pointers.ShouldContain("/StartAt");
        pointers.ShouldContain("/States/A/Next");
        pointers.ShouldContain("/States/C/Type");
        findings.ShouldAllBe(f => f.Rule.Length > 0 && f.Message.Length > 0);
    }

    [Fact]
    public async Task Should_name_an_unknown_workflow_over_HTTP()
    {
        var answer = await _orchestrator.Http.PostAsJsonAsync("/v1/runs", new { workflow = "greting" });
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("'greting'");
    }

    [Fact]
    public async Task Should_refuse_an_oversized_input_with_its_size_and_the_limit()
    {
        var answer = await _orchestrator.Http.PostAsJsonAsync("/v1/runs", new { workflow = "greeting", input = new { name = new string('x', 300_000) } });
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var detail = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;
        detail.ShouldContain("262144");
        detail.ShouldContain("300");
    }

    // capabilities 33, 115
    [Fact]
    public async Task Should_put_what_is_no_message_aside_and_go_on()
    {
        await _flow.PublishAsync("flow-start-run", "{ this is not JSON");
        await _flow.PublishAsync("flow-start-run", """{"workflow":"nobody-registered-this"}""");
        await _flow.PublishAsync("flow-start-run", """{"workflow":"greeting","input":{"name":"after the bad ones"},"idempotencyKey":"good"}""");
        await _flow.PublishAsync("flow-start-run", """{"workflow":"greeting","input":{"name":"after the bad ones"},"idempotencyKey":"good"}""");
        var page = await Waiting.UntilAsync(
            "the good run to be listed",
            () => _orchestrator.Http.GetFromJsonAsync<Page<RunSummary>>("/v1/runs", JsonSerializerOptions.Web),
            p => p!.Items.Count > 0);
        var run = await Installation.EndedAsync(_orchestrator, page!.Items[0].RunId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        await Waiting.UntilAsync("the bad body in flow-start-run_error", () => _flow.DepthAsync("flow-start-run_error"), depth => depth == 1);
        (await _flow.ScalarAsync<long>("SELECT count(*) FROM runs")).ShouldBe(1);
        _orchestrator.Output.ShouldContain("nobody-registered-this");
    }

    // capabilities 33, 81
    [Fact]
    public async Task Should_refuse_another_body_under_a_used_key()
    {
        (await StartAsync("one", "Ada")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await StartAsync("one", "Ada")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var other = await StartAsync("one", "Grace");
        other.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await other.Content.ReadAsStringAsync()).ShouldContain("urn:flow:problem:idempotency-conflict");
        (await _flow.ScalarAsync<long>("SELECT count(*) FROM runs")).ShouldBe(1);
    }

    // capability 3
    [Fact]
    public async Task Should_fail_the_run_whose_handler_nobody_has()
    {
        await _flow.RegisterAsync(_orchestrator, "lost", """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:no-such-handler","End":true}}}""");
        var answer = await _orchestrator.Http.PostAsJsonAsync("/v1/runs", new { workflow = "lost" });
        var started = await answer.Content.ReadFromJsonAsync<RunSummary>(JsonSerializerOptions.Web);
        var run = await Installation.EndedAsync(_orchestrator, started!.RunId);
        run.Run.Status.ShouldBe(RunStatus.Failed);
        run.Run.Error.ShouldBe("Flow.UnknownHandler");
        run.Cause!.ShouldContain("no-such-handler");
        await Waiting.UntilAsync("the item in flow-work-default_skipped", () => _flow.DepthAsync("flow-work-default_skipped"), depth => depth == 1);
    }

    private Task<HttpResponseMessage> StartAsync(string key, string name)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/runs") { Content = JsonContent.Create(new { workflow = "greeting", input = new { name } }) };
        request.Headers.Add("Idempotency-Key", key);
        return _orchestrator.Http.SendAsync(request);
    }
}
