using Flow.Transports;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Worker.Tests.Bed;

/// <summary>A process of its own as far as the bus can tell: a host with a worker, a desk, or both.</summary>
internal sealed class WorkerBed : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _stopped;

    private WorkerBed(IHost host) => _host = host;

    public Desk Desk => _host.Services.GetRequiredService<Desk>();

    public IServiceProvider Services => _host.Services;

    public WorkerIdentity Identity => _host.Services.GetRequiredService<WorkerIdentity>();

    /// <summary>A worker and a desk on one bus.</summary>
    public static Task<WorkerBed> Start(Transport transport, Action<FlowWorkerBuilder> configure, params (string Key, string Value)[] settings) =>
        Start(transport, builder => builder.AddFlowWorker(configure), withDesk: true, settings);

    /// <summary>A desk alone, for workers elsewhere.</summary>
    public static Task<WorkerBed> StartDesk(Transport transport) =>
        Start(transport, builder => builder.Services.AddFlowBus(builder.Configuration, _ => { }), withDesk: true);

    public static async Task<WorkerBed> Start(Transport transport, Action<HostApplicationBuilder> configure, bool withDesk, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(transport.Settings);
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        configure(builder);
        builder.Services.AddSingleton(transport).AddSingleton<Desk>();
        if (withDesk)
            builder.Services.AddHostedService<DeskOpening>();
        var bed = new WorkerBed(builder.Build());
        await bed._host.StartAsync(TestContext.Current.CancellationToken);
        return bed;
    }

    public async Task Stop()
    {
        _stopped = true;
        await _host.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
            await Stop();
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync();
    }

    /// <summary>The desk is open before the worker connects, so that nothing it says is missed.</summary>
    private sealed class DeskOpening(Desk desk) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => desk.Open().WaitAsync(cancellationToken);

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
