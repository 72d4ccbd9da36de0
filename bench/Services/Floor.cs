using System.Text.Json;
using Flow.Contracts;
using Flow.Transports;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flow.Bench.Services;

/// <summary>
/// The messages of a chain with nothing behind them: one process asks five times, another answers. Quorum queues and confirms as ever; no database,
/// no outbox, no saga.
/// </summary>
internal static class Floor
{
    public const string Near = "bench-floor-near";
    private const string Far = "bench-floor-far";
    private const int Hops = 5;

    /// <summary>Serves one of the two ends until the process is killed.</summary>
    public static async Task ServeAsync(string end)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddEnvironmentVariables();
        builder.Services.AddFlowBus(builder.Configuration, bus =>
        {
            if (end == "near")
                bus.AddConsumer<Asking, Quiet<Asking>>().Endpoint(endpoint => (endpoint.Name, endpoint.ConcurrentMessageLimit) = (Near, 16));
            else
                bus.AddConsumer<Answering, Quiet<Answering>>().Endpoint(endpoint => (endpoint.Name, endpoint.ConcurrentMessageLimit) = (Far, 16));
        });
        using var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(30));
        Console.WriteLine("ready");
        await host.WaitForShutdownAsync();
    }

    private static NodeWorkItem Item(Guid runId, int hop, JsonElement input) => new()
    {
        RunId = runId,
        ScopeId = runId,
        Workflow = "floor",
        Version = 1,
        Node = "N1",
        Resource = "flow:echo",
        Handler = "echo",
        Token = new Guid(hop, 0, 0, runId.ToByteArray()[..8]),
        Attempt = 1,
        Input = input,
        ScheduledAt = TimeProvider.System.GetUtcNow(),
    };

    private sealed class Quiet<TConsumer> : ConsumerDefinition<TConsumer>
        where TConsumer : class, IConsumer
    {
        protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<TConsumer> consumerConfigurator, IRegistrationContext context) =>
            endpointConfigurator.ConfigureConsumeTopology = false;
    }

    private sealed class Asking : IConsumer<StartRun>, IConsumer<NodeSucceeded>
    {
        public async Task Consume(ConsumeContext<StartRun> context)
        {
            var run = context.Message.RunId!.Value;
            var now = TimeProvider.System.GetUtcNow();
            await context.Publish(new RunStarted { RunId = run, Workflow = "floor", Version = 1, Timestamp = now });
            await context.Send(new Uri($"queue:{Far}"), Item(run, 1, context.Message.Input));
        }

        public Task Consume(ConsumeContext<NodeSucceeded> context)
        {
            var answer = context.Message;
            var hop = BitConverter.ToInt32(answer.Token.ToByteArray());
            var now = TimeProvider.System.GetUtcNow();
            return hop < Hops
                ? context.Send(new Uri($"queue:{Far}"), Item(answer.RunId, hop + 1, answer.Output))
                : context.Publish(new RunSucceeded { RunId = answer.RunId, Workflow = "floor", Version = 1, Timestamp = now, StartedAt = now, Output = answer.Output });
        }
    }

    private sealed class Answering : IConsumer<NodeWorkItem>
    {
        public Task Consume(ConsumeContext<NodeWorkItem> context) => context.Send(new Uri($"queue:{Near}"), new NodeSucceeded
        {
            RunId = context.Message.RunId,
            ScopeId = context.Message.ScopeId,
            Token = context.Message.Token,
            Output = context.Message.Input,
            WorkerId = "floor",
        });
    }
}
