using System.Collections.Concurrent;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Worker;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

/// <summary>A Map of thousands on PostgreSQL and RabbitMQ, whose every connection is cut in the middle of its opening, and whose messages come again.</summary>
public sealed class When_thousands_of_iterations_open : IConsumeObserver
{
    private readonly ConcurrentDictionary<Guid, ReleaseScopes> _releases = new();

    [Theory]
    [InlineData(2_000, 0)]
    [InlineData(1_000, 120)]
    public async Task Should_run_each_once_in_order_and_within_MaxConcurrency(int items, int maxConcurrency)
    {
        await using var place = await ServerPlace.CreateAsync();
        await using var flow = await FlowHost.StartAsync(place.Settings, worker => worker.AddHandler<JsonElement, JsonElement>("echo", (input, _) => Task.FromResult(input)));
        var bus = flow.Services.GetRequiredService<IBusControl>();
        using var observing = bus.ConnectConsumeObserver(this);
        await flow.RegisterAsync("thousands", $$"""
            {"QueryLanguage":"JSONata","StartAt":"M","States":{"M":{"Type":"Map","Items":"{% [1..{{items}}] %}","MaxConcurrency":{{maxConcurrency}},"End":true,
              "ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:echo","End":true} } } } } }
            """);
        var runId = await flow.StartRunAsync("thousands");

        await Eventually.HoldsAsync("a part to have opened", () => CountAsync(place, runId).GetAwaiter().GetResult() >= items / 10);
        await place.CutConnectionsAsync();
        (await CountAsync(place, runId)).ShouldBeLessThan(items);
        await Eventually.HoldsAsync("more to have opened", () => CountAsync(place, runId).GetAwaiter().GetResult() >= items / 5);
        // As if their acknowledgements had been lost.
        var endpoint = await bus.GetSendEndpoint(Endpoints.For(runId, runId));
        foreach (var (id, release) in _releases)
            await endpoint.Send(release, send => send.MessageId = id, TestContext.Current.CancellationToken);

        var run = await EndedAsync(flow, runId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded);
        run.Output!.Value.Deserialize<int[]>().ShouldBe(Enumerable.Range(1, items));
        (await CountAsync(place, runId)).ShouldBe(items);
        (await RunContract.MostOpenAsync(flow, runId)).ShouldBeInRange(1, maxConcurrency == 0 ? items : maxConcurrency);
        _releases.ShouldNotBeEmpty();
    }

    Task IConsumeObserver.PreConsume<T>(ConsumeContext<T> context) => Task.CompletedTask;

    Task IConsumeObserver.PostConsume<T>(ConsumeContext<T> context)
    {
        if (context.Message is ReleaseScopes release)
            _releases[context.MessageId!.Value] = release;
        return Task.CompletedTask;
    }

    Task IConsumeObserver.ConsumeFault<T>(ConsumeContext<T> context, Exception exception) => Task.CompletedTask;

    /// <summary>The run, once it has ended: with this many items that may take some minutes.</summary>
    private static async Task<RunDetails> EndedAsync(FlowHost flow, Guid runId)
    {
        for (var waits = 0; ; waits++)
        {
            var details = await System.Net.Http.Json.HttpClientJsonExtensions.GetFromJsonAsync<RunDetails>(flow.Http, $"/v1/runs/{runId}/wait?timeoutSeconds=60", JsonSerializerOptions.Web);
            if (details!.Run.EndedAt is not null || waits == 4)
                return details;
        }
    }

    private static Task<long> CountAsync(ServerPlace place, Guid runId) => place.CountAsync($"SELECT count(*) FROM scopes WHERE run_id = '{runId}'");
}
