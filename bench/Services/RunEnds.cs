using System.Collections.Concurrent;
using Flow.Contracts;
using Flow.Transports;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flow.Bench.Services;

/// <summary>Starts runs over the bus and hears of their ends.</summary>
internal sealed class RunEnds : IConsumer<RunSucceeded>, IConsumer<RunFailed>
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _waiting = new();
    private CancellationToken _stopping;

    public static async Task<(IHost Host, RunEnds Ends)> ConnectAsync(Dictionary<string, string?> settings)
    {
        var ends = new RunEnds();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton(ends);
        builder.Services.AddFlowBus(builder.Configuration, bus => bus.AddConsumer<RunEnds>().Endpoint(endpoint =>
        {
            endpoint.Name = "bench-ends";
            endpoint.PrefetchCount = 256;
        }));
        var host = builder.Build();
        ends._stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await host.StartAsync();
        return (host, ends);
    }

    /// <summary>Starts a run through <paramref name="endpoint"/> and waits until it has ended, or until this process is told to stop.</summary>
    public async Task RunAsync(ISendEndpoint endpoint, StartRun start)
    {
        var ended = _waiting[start.RunId!.Value] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await endpoint.Send(start);
        await ended.Task.WaitAsync(TimeSpan.FromMinutes(20), _stopping);
    }

    public Task Consume(ConsumeContext<RunSucceeded> context)
    {
        if (_waiting.TryRemove(context.Message.RunId, out var ended))
            ended.SetResult();
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<RunFailed> context)
    {
        if (_waiting.TryRemove(context.Message.RunId, out var ended))
            ended.SetException(new InvalidOperationException($"A run failed: {context.Message.Error}: {context.Message.Cause}"));
        return Task.CompletedTask;
    }
}
