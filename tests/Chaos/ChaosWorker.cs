using System.Text.Json;
using Flow.Hosting;
using Flow.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Chaos.Tests;

/// <summary>A user's worker process. Each handler notes its effect before it answers, so that what was done twice is visible.</summary>
internal static class ChaosWorker
{
    public const string Queue = "chaos";

    public static Task<int> RunAsync(string effects) => FlowProgram.RunAsync(async () =>
    {
        var builder = WebApplication.CreateBuilder();
        builder.AddFlowDefaults("chaos-worker");
        var log = new EffectLog(effects);
        builder.Services.AddSingleton(log);
        builder.AddFlowWorker(worker => worker
            .AddHandler("step", (JsonElement input, NodeContext context) => Task.FromResult(Done(log, context, input)), Queue)
            .AddHandler("flaky", (JsonElement input, NodeContext context) => Task.FromResult(DoneAtTheSecondAttempt(log, context, input)), Queue)
            .AddHandler("slow", (JsonElement input, NodeContext context) => DoneSlowlyAsync(log, context, input), Queue)
            .AddHandler("long", (JsonElement input, NodeContext context) => DoneSlowlyAsync(log, context, input), Queue)
            .AddHandler<HoldHandler>("hold", Queue));
        var app = builder.Build();
        app.MapFlowDefaults();
        await app.RunAsync();
    });

    private static JsonElement Done(EffectLog log, NodeContext context, JsonElement input)
    {
        log.Write(new Effect(context.RunId, context.ScopeId, context.Node, context.Token));
        return input.GetProperty("value").Clone();
    }

    private static JsonElement DoneAtTheSecondAttempt(EffectLog log, NodeContext context, JsonElement input) =>
        context.Attempt > 1 ? Done(log, context, input) : throw new InvalidOperationException("The first attempt always fails.");

    /// <summary>Does not look at its cancellation: its effect comes however late it is.</summary>
    private static async Task<JsonElement> DoneSlowlyAsync(EffectLog log, NodeContext context, JsonElement input)
    {
        for (var left = input.GetProperty("milliseconds").GetInt32(); left > 0; left -= 500)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(left, 500)), TimeProvider.System);
            await context.HeartbeatAsync();
        }

        return Done(log, context, input);
    }

    /// <summary>Passes its token on; the node waits for whoever holds it.</summary>
    private sealed class HoldHandler(EffectLog log) : INodeHandler<JsonElement, JsonElement>
    {
        public Task<Transition<JsonElement>> HandleAsync(JsonElement input, NodeContext context)
        {
            Done(log, context, input);
            return Task.FromResult<Transition<JsonElement>>(Transition.Hold);
        }
    }
}
