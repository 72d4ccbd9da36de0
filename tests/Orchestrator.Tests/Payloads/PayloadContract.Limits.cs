using System.Net;
using System.Net.Http.Json;
using System.Text;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Tests.Hosts;
using Flow.StatesLanguage;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Payloads;

public abstract partial class PayloadContract
{
    private protected const string Foreign = """{"StartAt":"F","States":{"F":{"Type":"Task","Resource":"flow:foreign/any","End":true}}}""";

    [Fact]
    public async Task Should_refuse_what_is_over_the_maximum_and_name_size_limit_and_setting()
    {
        await _flow.RegisterAsync("look", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:look","End":true}}}""");

        var answer = await _flow.Http.PostAsJsonAsync("/v1/runs", new { workflow = "look", input = new string('x', MaxPayloadBytes) });

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("type").GetString().ShouldBe("urn:flow:problem:payload-too-large");
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldSatisfyAllConditions(
            d => d.ShouldContain($"{MaxPayloadBytes + 2} bytes"),
            d => d.ShouldContain($"at most {MaxPayloadBytes}"),
            d => d.ShouldContain("Flow:MaxPayloadBytes"));
        (await CountAsync(db => db.Runs)).ShouldBe(0);
        await ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task Should_fail_a_node_whose_input_or_output_is_over_the_maximum()
    {
        await _flow.RegisterAsync("input", """
            {"QueryLanguage":"JSONata","StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:look","Arguments":"{% [$states.input.text, $states.input.text] %}",
              "Catch":[{"ErrorEquals":["States.DataLimitExceeded"],"Next":"Caught","Output":"{% $states.errorOutput.Cause %}"}],"End":true},"Caught":{"Type":"Succeed"}}}
            """);
        await _flow.RegisterAsync("output", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:make","End":true}}}""");

        var input = await _flow.RunAsync("input", new { text = new string('x', MaxPayloadBytes / 3 * 2) });
        var output = await _flow.RunAsync("output", new { characters = MaxPayloadBytes });

        input.Output!.Value.GetString().ShouldBe($"The input of the state 'T' has more than {MaxPayloadBytes} bytes.");
        output.Run.Status.ShouldBe(RunStatus.Failed);
        output.Run.Error.ShouldBe("States.DataLimitExceeded");
        output.Cause.ShouldNotBeNull().ShouldContain($"{MaxPayloadBytes}");
        await ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task Should_serve_a_worker_without_the_SDK_over_HTTP()
    {
        await _flow.RegisterAsync("foreign", Foreign);
        var runId = await _flow.StartRunAsync("foreign", new { text = Text(Moderate) });
        await Eventually.HoldsAsync("the item", () => !_foreign.IsEmpty);
        var item = _foreign.Single();
        item.ShouldSatisfyAllConditions(
            i => i.ContractVersion.ShouldBe(2),
            i => i.Input.ValueKind.ShouldBe(JsonValueKind.Null));

        var input = await _flow.Http.GetFromJsonAsync<JsonElement>($"/v1/payloads/{item.InputReference}");
        input.GetProperty("text").GetString().ShouldBe(Text(Moderate));
        var completion = await _flow.Http.PostAsJsonAsync($"/v1/work-items/{new TaskToken(item.RunId, item.ScopeId, item.Token)}/complete", new { output = new { done = input } });

        completion.StatusCode.ShouldBe(HttpStatusCode.Accepted, await completion.Content.ReadAsStringAsync());
        var run = await _flow.EndedAsync(runId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        ShouldBeSame(run.Output!.Value.GetProperty("done"), input);
        await ShouldHoldNothingAsync();
        (await _flow.Http.GetAsync($"/v1/payloads/{item.InputReference}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Should_refuse_a_completion_over_the_maximum()
    {
        await _flow.RegisterAsync("foreign", Foreign);
        await _flow.StartRunAsync("foreign");
        await Eventually.HoldsAsync("the item", () => !_foreign.IsEmpty);
        var item = _foreign.Single();
        var token = new TaskToken(item.RunId, item.ScopeId, item.Token);

        (await _flow.Http.PostAsJsonAsync($"/v1/work-items/{token}/complete", new { output = new string('x', MaxPayloadBytes) })).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await _flow.Http.PostAsJsonAsync($"/v1/work-items/{token}/fail", new { error = "E", cause = new string('x', Moderate) })).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Should_fail_an_attempt_whose_output_is_not_all_there()
    {
        await _flow.RegisterAsync("foreign", Foreign);
        var runId = await _flow.StartRunAsync("foreign");
        await Eventually.HoldsAsync("the item", () => !_foreign.IsEmpty);
        var part = Part(_foreign.Single(), "\"first half, ", 100);
        (await WriteAsync(part)).ShouldBeOfType<PayloadPartStored>();
        (await WriteAsync(part)).ShouldBeOfType<PayloadPartStored>();

        await AnswerAsync(part, part.Reference);

        var run = await _flow.EndedAsync(runId);
        run.Run.Error.ShouldBe("Flow.PayloadUnavailable");
        run.Cause.ShouldNotBeNull().ShouldContain(part.Reference.ToString());
        await ShouldHoldNothingAsync();
        (await WriteAsync(part with { Reference = Guid.CreateVersion7() })).ShouldBeOfType<PayloadRefused>().Reason.ShouldBe("token-not-outstanding");
    }

    [Fact]
    public async Task Should_refuse_parts_that_cannot_be_right()
    {
        await _flow.RegisterAsync("foreign", Foreign);
        await _flow.StartRunAsync("foreign");
        await Eventually.HoldsAsync("the item", () => !_foreign.IsEmpty);
        var part = Part(_foreign.Single(), "\"text", 100);

        (await WriteAsync(part with { TotalBytes = MaxPayloadBytes + 1 })).ShouldBeOfType<PayloadRefused>().Reason.ShouldBe("payload-too-large");
        (await WriteAsync(part with { TotalBytes = 2 })).ShouldBeOfType<PayloadRefused>().Reason.ShouldBe("invalid-request");
        (await WriteAsync(part with { Offset = -1 })).ShouldBeOfType<PayloadRefused>().Reason.ShouldBe("invalid-request");
        (await WriteAsync(part with { Offset = 5 })).ShouldBeOfType<PayloadRefused>().Reason.ShouldBe("unknown-payload");
        await ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task Should_take_the_output_of_a_second_worker_after_the_first_died_while_it_stored_its_own()
    {
        await _flow.RegisterAsync("gated", """{"StartAt":"G","States":{"G":{"Type":"Task","Resource":"flow:gated","End":true}}}""");
        var runId = await _flow.StartRunAsync("gated", new { text = Text(Moderate) });
        await Eventually.HoldsAsync("the handler to be called", () => !_gated.IsEmpty);
        _gated.TryPeek(out var context);
        var item = new NodeWorkItem
        {
            RunId = runId,
            ScopeId = context!.ScopeId,
            Token = context.Token,
            Workflow = "gated",
            Version = 1,
            Node = "G",
            Resource = "flow:gated",
            Handler = "gated",
            Attempt = 1,
            Input = context.Input,
            ScheduledAt = TimeProvider.System.GetUtcNow(),
        };
        (await WriteAsync(Part(item, "{\"text\":\"cut off", MaxPayloadBytes))).ShouldBeOfType<PayloadPartStored>();

        _gate.SetResult();

        var run = await _flow.EndedAsync(runId);
        run.Output!.Value.GetProperty("text").GetString().ShouldBe(Text(Moderate));
        await ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task Should_sweep_what_nothing_waits_for()
    {
        await _flow.RegisterAsync("foreign", Foreign);
        await _flow.StartRunAsync("foreign", new { text = Text(Moderate) });
        await Eventually.HoldsAsync("the item", () => !_foreign.IsEmpty);
        var outstanding = await CountAsync(db => db.Payloads);
        var now = TimeProvider.System.GetUtcNow();
        await AddAsync(Guid.CreateVersion7(), now.AddDays(-2), now.AddDays(-8));
        await AddAsync(_foreign.Single().RunId, now.AddDays(-2));

        await _flow.Services.GetRequiredService<PayloadSweeper>().SweepAsync(now.AddDays(-1), now.AddDays(-7), CancellationToken.None);

        // A start that is two days old may still come.
        (await CountAsync(db => db.Payloads)).ShouldBe(outstanding + 1);
        (await CountAsync(db => db.Payloads.Where(p => p.CreatedAt < now.AddDays(-7)))).ShouldBe(0);
    }

    [Theory]
    [InlineData("cause")]
    [InlineData("nodes")]
    public async Task Should_end_a_run_whose_events_do_not_fit_in_a_message(string what)
    {
        await _flow.RegisterAsync("cause", """{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","CausePath":"$.text"}}}""");
        var nodes = Enumerable.Range(0, 400).Select(i => $$""" "N{{i}}":{"Type":"Pass","Next":"{{(i == 399 ? "T" : $"N{i + 1}")}}"} """);
        await _flow.RegisterAsync("nodes", "{\"StartAt\":\"N0\",\"States\":{" + string.Join(",", nodes) + """,  "T":{"Type":"Task","Resource":"flow:look","End":true}}}""");

        var run = await _flow.RunAsync(what, new { text = Text(Moderate) });

        run.Run.Status.ShouldBe(what == "cause" ? RunStatus.Failed : RunStatus.Succeeded);
        if (what == "cause")
            run.Cause.ShouldBe(Text(Moderate));
        else
            await Eventually.HoldsAsync("an event that is shortened", () => _advanced.Any(a => a.EventsLeftOut > 0 && a.Events[0].Type == "ExecutionStarted" && a.Events[^1].Token is not null));
    }

    private static WritePayloadPart Part(NodeWorkItem item, string text, int totalBytes) => new()
    {
        Reference = Guid.CreateVersion7(),
        RunId = item.RunId,
        ScopeId = item.ScopeId,
        Token = item.Token,
        Offset = 0,
        TotalBytes = totalBytes,
        Bytes = Encoding.UTF8.GetBytes(text),
    };

    private async Task<object> WriteAsync(WritePayloadPart part)
    {
        var client = _flow.Services.GetRequiredService<IBus>().CreateRequestClient<WritePayloadPart>(new Uri($"queue:{QueueNames.Payloads}"));
        return (await client.GetResponse<PayloadPartStored, PayloadRefused>(part)).Message;
    }

    private async Task AnswerAsync(WritePayloadPart part, Guid reference)
    {
        var endpoint = await _flow.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"queue:{QueueNames.NodeSucceeded}"));
        await endpoint.Send(new NodeSucceeded { RunId = part.RunId, ScopeId = part.ScopeId, Token = part.Token, OutputReference = reference });
    }

    private async Task AddAsync(Guid runId, params DateTimeOffset[] moments)
    {
        await using var scope = _flow.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Storage.OrchestratorDbContext>();
        foreach (var moment in moments)
            db.Payloads.Add(new PayloadRow { Reference = Guid.CreateVersion7(), RunId = runId, ScopeId = runId, Token = Guid.CreateVersion7(), TotalBytes = 1, Bytes = [1], CreatedAt = moment });
        await db.SaveChangesAsync();
    }
}
