using System.Net;
using System.Net.Http.Json;
using Flow.Orchestrator.Tests.Hosts;

namespace Flow.Orchestrator.Tests.Http;

/// <summary>One host for all, as a test leaves nothing behind.</summary>
public sealed class OneHost : IAsyncLifetime
{
    private readonly SqlitePlace _place = new();

    public FlowHost Flow { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Flow = await FlowHost.StartAsync(_place.Settings, _ => { });
        await Flow.RegisterAsync("order", """{"StartAt":"Charge","States":{"Charge":{"Type":"Task","Resource":"flow:charge","Parameters":{"n.$":"$.n"},"Next":"Old"},"Old":{"Type":"Succeed"}}}""");
        await Flow.RegisterAsync("order", """{"StartAt":"Charge","States":{"Charge":{"Type":"Task","Resource":"flow:charge","Next":"New"},"New":{"Type":"Succeed"}}}""");
    }

    public async ValueTask DisposeAsync()
    {
        await Flow.DisposeAsync();
        await _place.DisposeAsync();
    }
}

public sealed class When_a_node_is_tested_over_HTTP(OneHost host) : IClassFixture<OneHost>
{
    private const string Machine = """
        {"StartAt": "Pay", "States": {
          "Pay": {"Type": "Task", "Resource": "flow:pay", "TimeoutSeconds": 30, "Parameters": {"n.$": "$.n"}, "ResultPath": "$.paid", "Next": "Nap", "Catch": [{"ErrorEquals": ["Refused"], "Next": "Nap"}]},
          "Nap": {"Type": "Wait", "Seconds": 60, "Next": "Each"},
          "Each": {"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": {"StartAt": "In", "States": {"In": {"Type": "Pass", "Parameters": {"seen.$": "$limit"}, "End": true}}}, "End": true}}}
        """;

    private FlowHost Flow => host.Flow;

    [Fact]
    public async Task Should_show_the_data_after_each_step()
    {
        var result = await TestAsync($$$"""{"definition": {{{Machine}}}, "node": "Pay", "input": {"n": 7, "m": 8}, "mock": {"result": null}}""");
        (result.Status, result.Pointer, result.NextNode, result.Trace).ShouldBe((NodeTestStatus.Succeeded, "/States/Pay", "Nap", null));
        result.Output.GetRawText().ShouldBe("""{"n":7,"m":8,"paid":null}""");
        result.InspectionData!.Select(step => $"{step.Key} {step.Value.GetRawText()}").ShouldBe(
        [
            """input {"n":7,"m":8}""",
            """afterInputPath {"n":7,"m":8}""",
            """afterParameters {"n":7}""",
            "result null",
            "afterResultSelector null",
            """afterResultPath {"n":7,"m":8,"paid":null}""",
        ]);
    }

    [Fact]
    public async Task Should_show_a_caught_error()
    {
        var result = await TestAsync($$$"""{"definition": {{{Machine}}}, "node": "Pay", "input": {"n": 7}, "mock": {"errorOutput": {"error": "Refused", "cause": "card"} } }""");
        (result.Status, result.Error, result.Cause, result.NextNode).ShouldBe((NodeTestStatus.CaughtError, "Refused", "card", "Nap"));
        result.InspectionData!["errorDetails"].GetProperty("catchIndex").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Should_show_only_the_outcome_when_asked()
    {
        var result = await TestAsync($$$"""{"definition": {{{Machine}}}, "node": "In", "variables": {"limit": 5}, "level": "Info"}""");
        (result.Output.GetRawText(), result.InspectionData).ShouldBe(("""{"seen":5}""", null));
    }

    [Fact]
    public async Task Should_show_what_a_node_asks_others_for_when_asked()
    {
        var pay = (await TestAsync($$$"""{"definition": {{{Machine}}}, "node": "Pay", "input": {"n": 7}, "mock": {"result": 1}, "level": "Trace"}""")).Trace!.WorkItem!;
        (pay.Resource, pay.Input.GetRawText(), pay.Attempt, pay.TimeoutSeconds).ShouldBe(("flow:pay", """{"n":7}""", 1, 30));
        var each = (await TestAsync($$$"""{"definition": {{{Machine}}}, "node": "Each", "input": {"list": [1, 2]}, "mock": {"result": [1, 2]}, "level": "Trace"}""")).Trace!.Scopes!;
        each.Select(s => $"{s.Machine} {s.Input}").ShouldBe(["/States/Each/ItemProcessor 1", "/States/Each/ItemProcessor 2"]);
        (await TestAsync($$$"""{"definition": {{{Machine}}}, "node": "Nap", "level": "Trace"}""")).Trace!.WaitUntil.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(null, "New")]
    [InlineData(1, "Old")]
    [InlineData(2, "New")]
    public async Task Should_take_a_registered_workflow(int? version, string next)
    {
        var chosen = version is null ? "" : $", \"version\": {version}";
        var result = await TestAsync($$$"""{"workflow": "order"{{{chosen}}}, "node": "Charge", "input": {"n": 1}, "mock": {"result": 1}}""");
        result.NextNode.ShouldBe(next);
    }

    [Theory]
    [InlineData("""{"node": "A"}""", 400, "invalid-request")]
    [InlineData("""{"definition": {"Type": "Succeed"}, "workflow": "order"}""", 400, "invalid-request")]
    [InlineData("""{"definition": {"Type": "Succeed"}, "version": 1}""", 400, "invalid-request")]
    [InlineData("""{"workflow": "nobody", "node": "A"}""", 404, "unknown-workflow")]
    [InlineData("""{"workflow": "order", "version": 9, "node": "Charge"}""", 404, "unknown-workflow")]
    [InlineData("""{"workflow": "order", "node": "Nobody"}""", 404, "unknown-node")]
    [InlineData("""{"workflow": "order", "node": "Charge"}""", 400, "missing-mock")]
    [InlineData("""{"definition": {"Type": "Succeed"}, "mock": {"result": 1}}""", 400, "invalid-mock")]
    [InlineData("""{"definition": {"Type": "Succeed"}, "context": {"Foo": 1}}""", 400, "invalid-context")]
    [InlineData("""{"definition": {"Type": "Succeed"}, "variables": []}""", 400, "invalid-input")]
    [InlineData("""{"definition": {"Type": "Succeed"}, "retryCount": 1}""", 400, "invalid-setting")]
    public async Task Should_say_why_it_cannot(string body, int status, string type)
    {
        var (code, problem) = await RefusedAsync(body);
        (code, problem.GetProperty("type").GetString()).ShouldBe((status, $"urn:flow:problem:{type}"));
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Should_list_what_is_wrong_with_a_definition()
    {
        var (code, problem) = await RefusedAsync("""{"definition": {"Type": "Pass", "InputPath": "x", "Foo": 1}}""");
        (code, problem.GetProperty("type").GetString()).ShouldBe((400, "urn:flow:problem:invalid-definition"));
        problem.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("pointer").GetString()).ShouldBe(["", "/InputPath", "/Foo"], ignoreOrder: true);
    }

    [Fact]
    public async Task Should_start_no_run_and_register_nothing()
    {
        await TestAsync($$$"""{"definition": {{{Machine}}}, "node": "Pay", "input": {"n": 7}, "mock": {"result": 1}}""");
        (await Flow.Http.GetFromJsonAsync<Page<RunSummary>>("/v1/runs", JsonSerializerOptions.Web))!.Items.ShouldBeEmpty();
        (await Flow.Http.GetFromJsonAsync<Page<WorkflowSummary>>("/v1/workflows", JsonSerializerOptions.Web))!.Items.Single().Name.ShouldBe("order");
    }

    [Fact]
    public async Task Should_be_described()
    {
        var api = await Flow.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        api.GetProperty("paths").GetProperty("/v1/workflows/test-node").GetProperty("post").GetProperty("operationId").GetString().ShouldBe("TestNode");
    }

    private async Task<NodeTestResult> TestAsync(string body)
    {
        var answer = await PostAsync(body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<NodeTestResult>(JsonSerializerOptions.Web))!;
    }

    private async Task<(int Status, JsonElement Problem)> RefusedAsync(string body)
    {
        var answer = await PostAsync(body);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        return await Flow.Http.PostAsync("/v1/workflows/test-node", content);
    }
}
