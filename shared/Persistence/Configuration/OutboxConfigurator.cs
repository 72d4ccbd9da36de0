using MassTransit;
using MassTransit.DependencyInjection;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Flow.Persistence;

internal sealed class OutboxConfigurator<TDbContext>(IBusRegistrationConfigurator services) : IEntityFrameworkOutboxConfigurator, IEntityFrameworkBusOutboxConfigurator
    where TDbContext : DbContext
{
    private bool _cleansInbox = true;
    private bool _sharesCommits = true;
    private bool _capturesScopes;
    private bool _sweeps = true;

    public DatabaseKind? Database { get; set; }

    public TimeSpan DuplicateDetectionWindow { get; set; } = TimeSpan.FromMinutes(30);

    public TimeSpan QueryDelay { get; set; } = TimeSpan.FromSeconds(4);

    public int QueryMessageLimit { get; set; } = 200;

    public TimeSpan MessageDeliveryTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public void DisableSharedCommits() => _sharesCommits = false;

    public void DisableInboxCleanupService() => _cleansInbox = false;

    public void DisableDeliveryService() => _sweeps = false;

    public void UseBusOutbox(Action<IEntityFrameworkBusOutboxConfigurator>? configure = null)
    {
        _capturesScopes = true;
        configure?.Invoke(this);
    }

    public void Register()
    {
        if (DuplicateDetectionWindow < TimeSpan.FromSeconds(1))
            throw new ConfigurationException($"DuplicateDetectionWindow is {DuplicateDetectionWindow}; it must be at least one second.");
        if (QueryDelay <= TimeSpan.Zero)
            throw new ConfigurationException($"QueryDelay is {QueryDelay}; it must be positive.");
        if (QueryMessageLimit is < 1 or > 1000)
            throw new ConfigurationException($"QueryMessageLimit is {QueryMessageLimit}; it must be from 1 to 1,000.");

        var options = new OutboxOptions<TDbContext>
        {
            Database = Database,
            DuplicateDetectionWindow = DuplicateDetectionWindow,
            QueryDelay = QueryDelay,
            QueryMessageLimit = QueryMessageLimit,
            SendTimeout = MessageDeliveryTimeout,
            SharesCommits = _sharesCommits,
        };
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SagaTurns>();
        services.AddSingleton(options);
        services.AddSingleton<OutboxSchema<TDbContext>>();
        services.AddSingleton<RowMaps<TDbContext>>();
        services.AddSingleton<CommitGroups<TDbContext>>();
        services.AddSingleton<SweepAlarm<TDbContext>>();
        services.AddSingleton<OutboxSender<TDbContext>>();
        services.AddSingleton<OutboxDispatcher<TDbContext>>();
        services.AddSingleton<OutboxMeter<TDbContext>>();
        services.AddScoped<IOutboxContextFactory<TDbContext>, OutboxContextFactory<TDbContext>>();
        AddHosted<ConfirmedRows<TDbContext>>();
        if (_sweeps)
            AddHosted<OutboxSweeper<TDbContext>>();
        if (_cleansInbox)
            AddHosted<InboxCleanup<TDbContext>>();
        if (_capturesScopes)
            services.ReplaceScoped<IScopedBusContextProvider<IBus>, BusOutboxContextProvider<TDbContext>>();
    }

    private void AddHosted<T>()
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<T>());
    }
}
