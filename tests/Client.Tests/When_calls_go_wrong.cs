using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Flow.Contracts.Api;
using Microsoft.Extensions.Options;

namespace Flow.Client.Tests;

public sealed class When_calls_go_wrong
{
    private static readonly Guid RunId = Guid.Parse(Bodies.Id);

    [Fact]
    public async Task Should_give_the_findings_of_a_refused_definition()
    {
        await using var server = await FakeServer.AnsweringAsync(
            400,
            """{"type":"urn:flow:problem:invalid-definition","title":"Invalid","status":400,"detail":"Mend it.","findings":[{"pointer":"/States/A/Next","rule":"missing-target","message":"No state B."}]}""",
            "application/problem+json");
        var refusal = await Should.ThrowAsync<FlowApiException>(server.Client().RegisterWorkflowAsync("x", DefinitionText.Json("{}"), TestContext.Current.CancellationToken));
        (refusal.Status, refusal.Type, refusal.Detail, refusal.Message).ShouldBe((400, "urn:flow:problem:invalid-definition", "Mend it.", "Mend it."));
        refusal.Findings.ShouldBe([new DefinitionFinding("/States/A/Next", "missing-target", "No state B.")]);
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(500, "<html>")]
    [InlineData(400, "null")]
    [InlineData(418, "[1]")]
    public async Task Should_name_the_status_where_the_server_explains_nothing(int status, string body)
    {
        await using var server = await FakeServer.AnsweringAsync(status, body, "text/html");
        var refusal = await Should.ThrowAsync<FlowApiException>(server.Client().GetRunAsync(RunId, TestContext.Current.CancellationToken));
        refusal.Status.ShouldBe(status);
        refusal.Detail.ShouldContain(status.ToString());
        refusal.Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_say_so_when_something_else_than_Flow_answers()
    {
        await using var server = await FakeServer.AnsweringAsync(200, "<html>It works!</html>", "text/html");
        var refusal = await Should.ThrowAsync<FlowApiException>(server.Client().GetRunAsync(RunId, TestContext.Current.CancellationToken));
        refusal.Detail.ShouldContain("did not answer as Flow does");
    }

    // capability 33
    [Fact]
    public async Task Should_start_the_same_run_again_when_the_connection_breaks()
    {
        await using var server = await FakeServer.StartAsync((context, number) =>
        {
            if (number < 3)
                context.Abort();
            return number < 3 ? Task.CompletedTask : FakeServer.Answer(context, 202, Bodies.Summary());
        });
        await server.Client().StartRunAsync(new StartRunRequest { Workflow = "order" }, cancellationToken: TestContext.Current.CancellationToken);
        var ids = server.Requests.Select(request => JsonElement.Parse(request.Body).GetProperty("runId").GetGuid()).ToArray();
        ids.Length.ShouldBe(3);
        ids.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Should_try_again_when_a_gateway_has_no_server_yet()
    {
        await using var server = await FakeServer.StartAsync((context, number) => number == 1 ? FakeServer.Answer(context, 503, "") : FakeServer.Answer(context, 200, Bodies.Details("Running")));
        (await server.Client().GetRunAsync(RunId, TestContext.Current.CancellationToken)).Run.RunId.ShouldBe(RunId);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Should_name_the_address_where_nobody_answers()
    {
        var port = Ports.Free();
        var failure = await Should.ThrowAsync<FlowUnreachableException>(FakeServer.ClientOf(new($"http://127.0.0.1:{port}")).GetRunAsync(RunId, TestContext.Current.CancellationToken));
        failure.Message.ShouldContain($"http://127.0.0.1:{port}");
    }

    [Fact]
    public async Task Should_give_up_on_a_server_that_never_answers()
    {
        await using var server = await FakeServer.StartAsync((context, _) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        var client = server.Client(options => (options.Attempts, options.Timeout) = (1, TimeSpan.FromSeconds(1)));
        var failure = await Should.ThrowAsync<FlowUnreachableException>(client.GetRunAsync(RunId, TestContext.Current.CancellationToken));
        failure.Message.ShouldContain("no answer within 1 seconds");
    }

    [Fact]
    public async Task Should_end_when_the_caller_gives_up()
    {
        await using var server = await FakeServer.StartAsync((context, _) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Should.ThrowAsync<OperationCanceledException>(server.Client().GetRunAsync(RunId, cancel.Token));
    }

    // capability 157
    [Fact]
    public void Should_refuse_wrong_options_by_name()
    {
        Should.Throw<OptionsValidationException>(() => FakeServer.ClientOf(new("ftp://x"))).Message.ShouldContain("Address");
        Should.Throw<OptionsValidationException>(() => FakeServer.ClientOf(new("http://x"), options => options.Attempts = 0)).Message.ShouldContain("Attempts");
    }
}
