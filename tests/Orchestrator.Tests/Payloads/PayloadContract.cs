using System.Collections.Concurrent;
using System.Net.Http.Json;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Worker;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Payloads;

/// <summary>Payloads that do not fit in a message, whatever they are kept in: messages of 64 KiB carry payloads of up to 6 MiB.</summary>
// capability 74
public abstract partial class PayloadContract : IAsyncLifetime
{
    private const int MaxMessageBytes = 64 * 1024;
    private protected const int MaxPayloadBytes = 6 * 1024 * 1024;
    private protected const int Moderate = 200 * 1024;
    private const int Large = 5 * 1024 * 1024;

    private readonly ConcurrentQueue<JsonElement> _seen = new();
    private readonly ConcurrentQueue<RunSucceeded> _succeeded = new();
    private readonly ConcurrentQueue<RunAdvanced> _advanced = new();
    private readonly ConcurrentQueue<RunRejected> _rejected = new();
    private readonly ConcurrentQueue<NodeWorkItem> _foreign = new();
    private readonly ConcurrentQueue<NodeContext> _gated = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Place _place = null!;
    private FlowHost _flow = null!;
    private int _attempts;

    protected abstract ValueTask<Place> CreatePlaceAsync();

    private protected FlowHost Host => _flow;

    private protected Place Place => _place;

    private protected ConcurrentQueue<NodeWorkItem> ForeignItems => _foreign;

    private protected ConcurrentQueue<RunRejected> Rejections => _rejected;

    public async ValueTask InitializeAsync()
    {
        _place = await CreatePlaceAsync();
        _place.Settings["Flow:MaxMessageBytes"] = $"{MaxMessageBytes}";
        _place.Settings["Flow:MaxPayloadBytes"] = $"{MaxPayloadBytes}";
        _flow = await FlowHost.StartAsync(_place.Settings, worker => worker
            .AddHandler<JsonElement, JsonElement>("look", (input, _) => Look(input))
            .AddHandler<JsonElement, JsonElement>("fail-once", (input, _) => Interlocked.Increment(ref _attempts) == 1 ? throw new InvalidOperationException("once") : Look(input))
            .AddHandler<JsonElement, string>("make", (input, _) => Task.FromResult(Text(input.GetProperty("characters").GetInt32())))
            .AddHandler<JsonElement, JsonElement>("fail", (_, _) => throw new InvalidOperationException("always"))
            .AddHandler<JsonElement, JsonElement>("gated", GatedAsync));
        var connector = _flow.Services.GetRequiredService<IReceiveEndpointConnector>();
        await connector.ConnectReceiveEndpoint(new TemporaryEndpointDefinition("flow-test"), KebabCaseEndpointNameFormatter.Instance, (_, endpoint) =>
        {
            endpoint.Handler<RunSucceeded>(context => Keep(_succeeded, context.Message));
            endpoint.Handler<RunRejected>(context => Keep(_rejected, context.Message));
            endpoint.Handler<RunAdvanced>(context => Keep(_advanced, context.Message));
        }).Ready;
        await connector.ConnectReceiveEndpoint(QueueNames.ForWork("foreign"), (_, endpoint) =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.Handler<NodeWorkItem>(context => Keep(_foreign, context.Message));
        }).Ready;
    }

    public async ValueTask DisposeAsync()
    {
        _gate.TrySetResult();
        if (_flow is not null)
            await _flow.DisposeAsync();
        if (_place is not null)
            await _place.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(Moderate)]
    [InlineData(Large)]
    public async Task Should_carry_a_payload_from_the_start_through_nodes_to_the_output(int characters)
    {
        await _flow.RegisterAsync("large", """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:look","Next":"B"},"B":{"Type":"Task","Resource":"flow:look","End":true}}}""");
        var input = new { text = Text(characters), number = 1.50m, nested = new { list = new[] { 1, 2 } } };

        var run = await _flow.RunAsync("large", input);

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        var expected = JsonSerializer.SerializeToElement(input);
        ShouldBeSame(run.Output!.Value, expected);
        _seen.Count.ShouldBe(2);
        foreach (var seen in _seen)
            ShouldBeSame(seen, expected);
        await ShouldHoldNothingAsync();
        await Eventually.HoldsAsync("the event of the run's end", () => !_succeeded.IsEmpty);
        _succeeded.Single().ShouldSatisfyAllConditions(
            e => e.Output.ValueKind.ShouldBe(JsonValueKind.Undefined),
            e => e.OutputBytes.ShouldNotBeNull().ShouldBeGreaterThan(characters));
    }

    [Fact]
    public async Task Should_give_every_attempt_and_every_iteration_its_input()
    {
        await _flow.RegisterAsync("retried", """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:fail-once",
              "Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1,"MaxAttempts":2}],"End":true}}},"End":true}}}
            """);
        var items = Enumerable.Range(0, 5).Select(i => $"{i}{Text(Moderate)}").ToArray();

        var run = await _flow.RunAsync("retried", new { items });

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        ShouldBeSame(run.Output!.Value, JsonSerializer.SerializeToElement(items));
        _attempts.ShouldBe(6);
        await ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task Should_hand_large_payloads_to_a_child_run_and_back()
    {
        await _flow.RegisterAsync("child", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:look","End":true}}}""");
        await _flow.RegisterAsync("parent", """
            {"StartAt":"C","States":{"C":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2",
              "Parameters":{"StateMachineArn":"child","Input.$":"$"},"OutputPath":"$.Output","End":true}}}
            """);
        var input = new { text = Text(Moderate) };

        var run = await _flow.RunAsync("parent", input);

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        ShouldBeSame(run.Output!.Value, JsonSerializer.SerializeToElement(input));
        await ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task Should_redrive_and_rerun_with_a_large_input()
    {
        await _flow.RegisterAsync("twice", """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:fail-once","End":true}}}""");
        var runId = (await _flow.RunAsync("twice", new { text = "small" })).Run.RunId;
        var input = new { text = Text(Moderate) };

        var answer = await _flow.Http.PostAsJsonAsync($"/v1/runs/{runId}/redrive", new { input });

        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        var run = await _flow.EndedAsync(runId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        ShouldBeSame(run.Output!.Value, JsonSerializer.SerializeToElement(input));
        var large = (await _flow.RunAsync("twice", input)).Run.RunId;
        var rerun = await (await _flow.Http.PostAsync($"/v1/runs/{large}/rerun", null)).Content.ReadFromJsonAsync<RunSummary>(JsonSerializerOptions.Web);
        ShouldBeSame((await _flow.EndedAsync(rerun!.RunId)).Output!.Value, JsonSerializer.SerializeToElement(input));
        await ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task Should_hold_a_large_output_while_the_run_is_paused()
    {
        await _flow.RegisterAsync("paused", """{"StartAt":"G","States":{"G":{"Type":"Task","Resource":"flow:gated","Next":"L"},"L":{"Type":"Task","Resource":"flow:look","End":true}}}""");
        var runId = await _flow.StartRunAsync("paused", new { text = Text(Moderate) });
        await Eventually.HoldsAsync("the handler to be called", () => !_gated.IsEmpty);
        (await _flow.Http.PostAsJsonAsync($"/v1/runs/{runId}/pause", new { })).EnsureSuccessStatusCode();
        _gate.SetResult();
        await Eventually.HoldsAsync("the output to be held", () => CountAsync(db => db.HeldMessages).GetAwaiter().GetResult() == 1);

        (await _flow.Http.PostAsJsonAsync($"/v1/runs/{runId}/resume", new { })).EnsureSuccessStatusCode();

        var run = await _flow.EndedAsync(runId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        run.Output!.Value.GetProperty("text").GetString().ShouldBe(Text(Moderate));
        await ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task Should_drop_what_is_stored_when_a_run_is_cancelled_or_a_branch_fails()
    {
        await _flow.RegisterAsync("branches", """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[
              {"StartAt":"F","States":{"F":{"Type":"Task","Resource":"flow:fail","End":true}}},
              {"StartAt":"N","States":{"N":{"Type":"Task","Resource":"flow:nobody/waits","End":true}}}],"End":true}}}
            """);
        await _flow.RegisterAsync("waits", """{"StartAt":"N","States":{"N":{"Type":"Task","Resource":"flow:nobody/waits","End":true}}}""");

        (await _flow.RunAsync("branches", new { text = Text(Moderate) })).Run.Status.ShouldBe(RunStatus.Failed);
        await ShouldHoldNothingAsync();

        var runId = await _flow.StartRunAsync("waits", new { text = Text(Moderate) });
        (await CountAsync(db => db.Payloads)).ShouldBeGreaterThan(1);
        (await _flow.Http.PostAsJsonAsync($"/v1/runs/{runId}/cancel", new { reason = "enough" })).EnsureSuccessStatusCode();
        await _flow.EndedAsync(runId);
        await ShouldHoldNothingAsync();
    }

    private async Task<JsonElement> GatedAsync(JsonElement input, NodeContext context)
    {
        _gated.Enqueue(context);
        await _gate.Task;
        return input;
    }

    private Task<JsonElement> Look(JsonElement input)
    {
        _seen.Enqueue(input.Clone());
        return Task.FromResult(input);
    }

    private static Task Keep<T>(ConcurrentQueue<T> kept, T message)
    {
        kept.Enqueue(message);
        return Task.CompletedTask;
    }

    /// <summary>Letters of two bytes and marks that are escaped now and then, none at the place of another.</summary>
    private protected static string Text(int characters) => string.Create(characters, 0, (span, _) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = (i % 1_000) switch { 0 => 'ö', 1 => '"', 2 => '\n', _ => (char)('a' + ((i * 7) % 26)) };
    });

    private static void ShouldBeSame(JsonElement actual, JsonElement expected) => JsonElement.DeepEquals(actual, expected).ShouldBeTrue();

    private protected async Task ShouldHoldNothingAsync() => (await CountAsync(db => db.Payloads)).ShouldBe(0);

    private async Task<int> CountAsync<T>(Func<OrchestratorDbContext, IQueryable<T>> rows)
    {
        await using var scope = _flow.Services.CreateAsyncScope();
        return await rows(scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>()).CountAsync();
    }
}

public sealed class Payloads_on_one_SQLite_file : PayloadContract
{
    protected override ValueTask<Place> CreatePlaceAsync() => ValueTask.FromResult<Place>(new SqlitePlace());
}

public sealed partial class Payloads_on_PostgreSQL_and_RabbitMQ : PayloadContract
{
    protected override async ValueTask<Place> CreatePlaceAsync() => await ServerPlace.CreateAsync();
}
