using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Worker;

namespace Flow.Orchestrator.Tests.Runs;

public abstract partial class RunContract
{
    private const string Ask = """
        {"StartAt":"Ask","States":{
          "Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask","Payload":{"key.$":"$.key","token.$":"$$.Task.Token"}},
            "Catch":[{"ErrorEquals":["Order.Declined"],"Next":"Declined"}],"Next":"Done"},
          "Declined":{"Type":"Pass","End":true},
          "Done":{"Type":"Succeed"}}}
        """;

    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);

    // capability 19
    [Fact]
    public async Task Should_wait_for_the_holder_of_the_task_token_and_not_for_the_handler()
    {
        await _flow.RegisterAsync("ask", Ask);
        var runId = await _flow.StartRunAsync("ask", new { key = "well" });
        await Eventually.HoldsAsync("the token to be handed out", () => _tokens.ContainsKey("well"));
        (await AnswerAsync("well", "heartbeat", new { progress = 40 })).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        (await AnswerAsync("well", "complete", new { output = new { approved = true } })).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        var run = await _flow.EndedAsync(runId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.GetRawText().ShouldBe("""{"approved":true}""");
        await ShouldBeRefusedAsync(await AnswerAsync("well", "complete", new { output = 2 }), HttpStatusCode.Conflict, "token-not-outstanding");
    }

    // capability 19
    [Fact]
    public async Task Should_catch_what_the_holder_of_the_task_token_says_went_wrong()
    {
        await _flow.RegisterAsync("ask", Ask);
        var runId = await _flow.StartRunAsync("ask", new { key = "ill" });
        await Eventually.HoldsAsync("the token to be handed out", () => _tokens.ContainsKey("ill"));

        (await AnswerAsync("ill", "fail", new { error = "Order.Declined", cause = "over the limit" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        var run = await _flow.EndedAsync(runId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.GetRawText().ShouldBe("""{"Error":"Order.Declined","Cause":"over the limit"}""");
    }

    [Fact]
    public async Task Should_refuse_a_text_that_is_no_task_token()
    {
        _tokens["none"] = "not-a-token";
        await ShouldBeRefusedAsync(await AnswerAsync("none", "complete", new { output = 1 }), HttpStatusCode.BadRequest, "invalid-token");
    }

    private Task<HttpResponseMessage> AnswerAsync(string key, string verb, object body) => _flow.Http.PostAsJsonAsync($"/v1/work-items/{_tokens[key]}/{verb}", body);

    private static async Task ShouldBeRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string type)
    {
        answer.StatusCode.ShouldBe(status);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString().ShouldBe("urn:flow:problem:" + type);
    }

    /// <summary>Passes the token on; what it returns is nobody's result.</summary>
    private Task<JsonElement> AskAsync(JsonElement input, NodeContext context)
    {
        var payload = input.GetProperty("Payload");
        _tokens[payload.GetProperty("key").GetString()!] = payload.GetProperty("token").GetString()!;
        return Task.FromResult(input);
    }
}
