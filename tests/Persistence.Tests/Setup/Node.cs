using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Persistence.Tests;

/// <summary>One process of a service: the ledger, its consumers and its saga on a bus, in memory unless a broker is named.</summary>
public sealed class Node : IAsyncDisposable
{
    private readonly IHost _host;

    private Node(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public Seen Seen => Services.GetRequiredService<Seen>();

    public IBus Bus => Services.GetRequiredService<IBus>();

    public static async Task<Node> StartAsync(TestDatabase database, Action<NodeSettings>? configure = null)
    {
        var settings = new NodeSettings();
        configure?.Invoke(settings);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:Flow", settings.ConnectionString ?? database.ConnectionString)]);
        builder.Services.AddSingleton(settings.Time);
        builder.Services.AddFlowDatabase<LedgerContext, PostgresLedger, SqliteLedger>(builder.Configuration);
        builder.Services.AddSingleton<Seen>();
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            Configure(bus, settings);
            if (settings.Broker is null)
                bus.UsingInMemory((context, memory) =>
                {
                    memory.ConcurrentMessageLimit = settings.ConcurrentMessageLimit;
                    memory.ConfigureEndpoints(context);
                });
            else
                bus.UsingRabbitMq((context, rabbit) =>
                {
                    rabbit.Host(settings.Broker);
                    rabbit.DeployPublishTopology = true;
                    rabbit.ConfigureEndpoints(context);
                });
        });
        var node = new Node(builder.Build());
        await node.WithLedgerAsync(ledger => ledger.Database.EnsureCreatedAsync());
        await node._host.StartAsync();
        return node;
    }

    public static void Configure(IBusRegistrationConfigurator bus, NodeSettings settings)
    {
        bus.AddEntityFrameworkOutbox<LedgerContext>(outbox =>
        {
            outbox.QueryDelay = settings.QueryDelay;
            outbox.DuplicateDetectionWindow = settings.DuplicateDetectionWindow;
            outbox.UseBusOutbox();
        });
        bus.AddConsumer<NoteWriter>();
        bus.AddConsumer<EchoWriter>();
        bus.AddConsumer<Listener>();
        bus.AddSingleton(settings);
        bus.AddSagaStateMachine<ScoreMachine, Score>().EntityFrameworkRepository(repository => repository.ExistingDbContext<LedgerContext>());
        bus.AddSagaStateMachine<TallyMachine, Tally>().EntityFrameworkRepository(repository =>
        {
            repository.ExistingDbContext<LedgerContext>();
            repository.ConcurrencyMode = settings.ConcurrencyMode;
        });
        bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
        {
            endpoint.UseRawJsonDeserializer(RawSerializerOptions.AnyMessageType);
            if (settings.Retries > 0)
                endpoint.UseMessageRetry(retry => retry.Interval(settings.Retries, TimeSpan.FromMilliseconds(50)));
            if (settings.UsesOutbox && name != "Listener")
                endpoint.UseEntityFrameworkOutbox<LedgerContext>(context);
        });
    }

    public async Task<T> WithLedgerAsync<T>(Func<LedgerContext, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<LedgerContext>());
    }

    public async Task SendAsync<T>(T message, Guid? messageId = null, string? queue = null)
        where T : class
    {
        var endpoint = await Bus.GetSendEndpoint(new Uri($"queue:{queue ?? (message is WriteNote ? "NoteWriter" : "Tally")}"));
        await endpoint.Send(message, context => context.MessageId = messageId ?? context.MessageId);
    }

    public Task<int> CountAsync<T>()
        where T : class => WithLedgerAsync(ledger => ledger.Set<T>().CountAsync());

    public async ValueTask DisposeAsync()
    {
        // Bounded: a bus that cannot stop is a failure to see, not one to wait for.
        await _host.StopAsync().WaitAsync(Patience.Limit);
        _host.Dispose();
    }
}

public sealed class NodeSettings
{
    /// <summary>Another way to the database than the straight one.</summary>
    public string? ConnectionString { get; set; }

    public Uri? Broker { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public TimeSpan QueryDelay { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan DuplicateDetectionWindow { get; set; } = TimeSpan.FromMinutes(30);

    public int ConcurrentMessageLimit { get; set; } = 16;

    public int Retries { get; set; } = 3;

    /// <summary>Whether a new saga is inserted before its first event is handled.</summary>
    public bool InsertsFirst { get; set; }

    public ConcurrencyMode ConcurrencyMode { get; set; } = ConcurrencyMode.Pessimistic;

    public bool UsesOutbox { get; set; } = true;
}

/// <summary>A clock that is ahead: what was leased a moment ago has expired.</summary>
public sealed class AheadOf(TimeSpan lead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + lead;
}

public static class Eventually
{
    /// <summary>Waits until the condition holds.</summary>
    public static async Task Holds(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, $"Not within {Patience.Seconds} seconds: {what}");
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public static Task Holds(Func<bool> condition, string what) => Holds(() => Task.FromResult(condition()), what);
}
