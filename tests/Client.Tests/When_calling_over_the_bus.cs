using System.Text.Json;
using Flow.Contracts;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Client.Tests;

// capability 118
public sealed class When_calling_over_the_bus
{
    [Fact]
    public async Task Should_publish_a_start_with_an_id_of_its_own()
    {
        await using var provider = Provider();
        var harness = await provider.StartTestHarness();
        await using var scope = provider.CreateAsyncScope();

        var runId = await scope.ServiceProvider.GetRequiredService<FlowBusClient>().StartRunAsync(new StartRun { Workflow = "order" }, TestContext.Current.CancellationToken);

        runId.ShouldNotBeNull();
        (await harness.Consumed.Any<StartRun>(TestContext.Current.CancellationToken)).ShouldBeTrue();
        var sent = harness.Consumed.Select<StartRun>(TestContext.Current.CancellationToken).Single().Context.Message;
        (sent.RunId, sent.Workflow, sent.Input.ValueKind).ShouldBe((runId, "order", JsonValueKind.Object));
    }

    [Fact]
    public async Task Should_leave_the_id_to_the_orchestrator_where_there_is_a_key()
    {
        await using var provider = Provider();
        await provider.StartTestHarness();
        await using var scope = provider.CreateAsyncScope();
        var runId = await scope.ServiceProvider.GetRequiredService<FlowBusClient>().StartRunAsync(new StartRun { Workflow = "order", IdempotencyKey = "7" }, TestContext.Current.CancellationToken);
        runId.ShouldBeNull();
    }

    [Fact]
    public async Task Should_publish_a_cancel()
    {
        await using var provider = Provider();
        var harness = await provider.StartTestHarness();
        await using var scope = provider.CreateAsyncScope();
        var cancel = new CancelRun(Guid.CreateVersion7(), "wrong input");

        await scope.ServiceProvider.GetRequiredService<FlowBusClient>().CancelRunAsync(cancel, TestContext.Current.CancellationToken);

        (await harness.Consumed.Any<CancelRun>(received => received.Context.Message == cancel, TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    // capability 74
    [Fact]
    public async Task Should_refuse_what_no_message_carries_with_size_limit_and_the_other_way()
    {
        await using var provider = Provider();
        await provider.StartTestHarness();
        await using var scope = provider.CreateAsyncScope();
        var command = new StartRun { Workflow = "order", Input = JsonSerializer.SerializeToElement(new string('x', 1_048_576)) };

        var refusal = await Should.ThrowAsync<FlowMessageTooLargeException>(() => scope.ServiceProvider.GetRequiredService<FlowBusClient>().StartRunAsync(command, TestContext.Current.CancellationToken));

        refusal.SizeBytes.ShouldBeGreaterThan(1_048_576);
        refusal.Message.ShouldContain($"{refusal.SizeBytes} bytes, over the limit of 1048576 bytes");
        refusal.Message.ShouldContain("POST /v1/runs");
    }

    private static ServiceProvider Provider() => new ServiceCollection()
        .AddFlowClient()
        .AddMassTransitTestHarness(TextWriter.Null, bus =>
        {
            bus.AddHandler((StartRun _) => Task.CompletedTask);
            bus.AddHandler((CancelRun _) => Task.CompletedTask);
        })
        .BuildServiceProvider();
}
