using System.Net.Http.Json;
using System.Text.Json;
using Flow.Contracts.Api;

namespace Flow.EndToEnd.Tests;

/// <summary>The workers of <c>examples/</c>, which know Flow by docs/wire-format.md alone, on a real broker.</summary>
public sealed class When_a_worker_is_not_a_dotnet_program : IAsyncLifetime
{
    private const string Texts = """
        {
          "StartAt": "Count",
          "States": {
            "Count": { "Type": "Task", "Resource": "flow:texts/count-words", "ResultPath": "$.counted", "Next": "Nothing" },
            "Nothing": {
              "Type": "Task", "Resource": "flow:texts/count-words", "Parameters": { "text": "" },
              "Catch": [ { "ErrorEquals": [ "Text.Empty" ], "ResultPath": "$.caught", "Next": "Watch" } ], "Next": "Watch"
            },
            "Watch": { "Type": "Task", "Resource": "flow:texts/watch", "Parameters": { "seconds": 4 }, "HeartbeatSeconds": 3, "ResultPath": "$.watched", "Next": "Ask" },
            "Ask": { "Type": "Task", "Resource": "flow:texts/ask", "ResultPath": "$.asked", "End": true }
          }
        }
        """;

    private Installation _flow = null!;
    private FlowProcess _orchestrator = null!;

    public async ValueTask InitializeAsync()
    {
        _flow = await Installation.CreateAsync();
        _orchestrator = _flow.Orchestrator(("Flow__MaxPayloadBytes", "4000000"));
        await _orchestrator.ReadyAsync();
        await _flow.RegisterAsync(_orchestrator, "texts", Texts);
        await _flow.RegisterAsync(_orchestrator, "watch", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:texts/watch","End":true}}}""");
        await _flow.RegisterAsync(_orchestrator, "unknown", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:texts/nobody-has-it","End":true}}}""");
        await _flow.RegisterAsync(_orchestrator, "count", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:texts/count-words","End":true}}}""");
    }

    public async ValueTask DisposeAsync()
    {
        if (_flow is not null)
            await _flow.DisposeAsync();
    }

    [Theory]
    [InlineData("Python")]
    [InlineData("JavaScript")]
    public async Task Should_serve_what_ends_well_what_fails_what_takes_long_and_what_is_held(string language)
    {
        // Before the queue is there.
        await using var worker = ExampleWorker.Start(language, _flow.BrokerUri);
        var runId = await StartAsync("texts", new { text = "as it is written" });
        var line = await SaysAsync(worker, "to be answered: ");
        var token = line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..];
        // The handler says so before the worker can acknowledge.
        await Waiting.UntilAsync("the held item to be acknowledged", () => _flow.DepthAsync("flow-work-texts"), depth => depth == 0);
        await _flow.PublishAsync("flow-node-succeeded", JsonSerializer.Serialize(new { runId, scopeId = runId, token, output = "yes" }));

        var run = await Installation.EndedAsync(_orchestrator, runId);

        run.Run.Status.ShouldBe(RunStatus.Succeeded, worker.Output);
        var output = run.Output!.Value;
        output.GetProperty("counted").GetProperty("words").GetInt32().ShouldBe(4);
        output.GetProperty("caught").GetProperty("Error").GetString().ShouldBe("Text.Empty");
        output.GetProperty("caught").GetProperty("Cause").GetString().ShouldBe("There is no text to count.");
        output.GetProperty("watched").GetProperty("watched").GetInt32().ShouldBe(4);
        output.GetProperty("asked").GetString().ShouldBe("yes");
        foreach (var queue in (await _flow.QueuesAsync()).Where(q => q.EndsWith("_error", StringComparison.Ordinal) || q.EndsWith("_skipped", StringComparison.Ordinal)))
            (await _flow.DepthAsync(queue)).ShouldBe(0, queue);
    }

    [Theory]
    [InlineData("Python")]
    [InlineData("JavaScript")]
    public async Task Should_hand_the_item_of_a_killed_worker_to_another(string language)
    {
        await using var first = ExampleWorker.Start(language, _flow.BrokerUri);
        var runId = await StartAsync("watch", new { seconds = 12 });
        // It says so in a heartbeat, of which there is one each ten seconds.
        await Waiting.UntilAsync("the worker to say what it is at", () => WorkItemAsync(runId), item => item?.WorkerId is not null);
        await first.KillAsync();

        await using var second = ExampleWorker.Start(language, _flow.BrokerUri);
        var run = await Installation.EndedAsync(_orchestrator, runId);

        run.Run.Status.ShouldBe(RunStatus.Succeeded, second.Output);
        var history = await _orchestrator.Http.GetFromJsonAsync<Page<HistoryEntry>>($"/v1/runs/{runId}/history", JsonSerializerOptions.Web);
        history!.Items.Count(e => e.Event.Type == "TaskScheduled").ShouldBe(1, "it is the same attempt");
    }

    [Theory]
    [InlineData("Python")]
    [InlineData("JavaScript")]
    public async Task Should_go_on_under_a_lease_and_finish_it_when_told_to_stop(string language)
    {
        await using var worker = ExampleWorker.Start(language, _flow.BrokerUri, leaseAfterSeconds: 1);
        var runId = await StartAsync("watch", new { seconds = 6 });
        await Waiting.UntilAsync("the item to be under a lease", () => _orchestrator.Http.GetStringAsync($"/v1/runs/{runId}/why"), why => why.Contains("has it under a lease", StringComparison.Ordinal));
        await Waiting.UntilAsync("the item to be acknowledged", () => _flow.DepthAsync("flow-work-texts"), depth => depth == 0);

        (await worker.TerminateAsync()).ShouldBe(0, worker.Output);

        (await Installation.EndedAsync(_orchestrator, runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
    }

    [Theory]
    [InlineData("Python")]
    [InlineData("JavaScript")]
    public async Task Should_refuse_what_it_does_not_know(string language)
    {
        await using var worker = ExampleWorker.Start(language, _flow.BrokerUri);
        var unknown = await Installation.EndedAsync(_orchestrator, await StartAsync("unknown", new { }));
        unknown.Run.Error.ShouldBe("Flow.UnknownHandler");
        unknown.Cause!.ShouldContain("count-words");

        await _flow.PublishAsync("flow-work-texts", "this is no work item");
        await Waiting.UntilAsync("what is no item to be put aside", () => _flow.DepthAsync("flow-work-texts_error"), depth => depth == 1);

        // Too large for a message: an item of contract version 2.
        var large = await Installation.EndedAsync(_orchestrator, await StartAsync("count", new { text = new string('x', 1_500_000) }));
        large.Run.Error.ShouldBe("Flow.UnsupportedContract");
        worker.HasExited.ShouldBeFalse(worker.Output);
    }

    private static async Task<string> SaysAsync(ExampleWorker worker, string text) => (await Waiting.UntilAsync(
        () => $"'{text}'; the worker wrote:\n{worker.Output}",
        () => Task.FromResult(worker.Output.Split('\n').FirstOrDefault(line => line.StartsWith(text, StringComparison.Ordinal))),
        line => line is not null))!;

    private async Task<RunWorkItem?> WorkItemAsync(Guid runId) =>
        (await _orchestrator.Http.GetFromJsonAsync<Page<RunWorkItem>>($"/v1/runs/{runId}/work-items", JsonSerializerOptions.Web))!.Items.SingleOrDefault();

    private async Task<Guid> StartAsync(string workflow, object input)
    {
        var answer = await _orchestrator.Http.PostAsJsonAsync("/v1/runs", new { workflow, input });
        return (await answer.Content.ReadFromJsonAsync<RunSummary>(JsonSerializerOptions.Web))!.RunId;
    }
}
