using Flow.Hosting;
using Flow.Monitor.Api;
using Flow.Monitor.Data;
using Flow.Monitor.DeadLetters;
using Flow.Monitor.Metrics;
using Flow.Monitor.Pages;
using Flow.Monitor.Projections;
using Flow.Monitor.Queries;
using Flow.Persistence;
using Flow.Transports;
using MassTransit;

namespace Flow.Monitor;

/// <summary>The monitor as a part of any host.</summary>
public static class MonitorExtensions
{
    /// <summary>
    /// Adds the monitor: its tables, its consumers on a bus of this host, metrics and pages. Settings: <see cref="MonitorOptions"/>,
    /// <c>ConnectionStrings:Flow</c> and those of the bus. Call <c>AddFlowDefaults</c> first.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">A setting is missing or wrong.</exception>
    public static WebApplicationBuilder AddMonitor(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddFlowOptions<MonitorOptions>(MonitorOptions.Section);
        services.AddFlowDatabase<MonitorDbContext, MonitorPostgresContext, MonitorSqliteContext>(builder.Configuration);
        services.AddRazorComponents();

        services.AddScoped<ProjectionStore>().AddScoped<RunQueries>().AddScoped<WorkerQueries>().AddScoped<TroubleQueries>().AddScoped<PageFrames>();
        services.AddScoped<DeadLetterStore>().AddScoped<DrainedQueues>().AddScoped<DeadLetterQueries>().AddScoped<DeadLetterActs>().AddScoped<Replayer>().AddScoped<LetterRetention>();
        services.AddSingleton<MonitorMetrics>().AddSingleton<ProjectionWriter>();
        // In this order: the tables before whoever reads them; the writer before the bus, so that it stops after the bus.
        services.AddHostedService<MonitorSchema>();
        services.AddHostedService<MetricsRefresh>();
        services.AddHostedService<Retention>();
        services.AddHostedService(provider => provider.GetRequiredService<ProjectionWriter>());
        services.AddDeadLetterQueues(builder.Configuration);
        services.AddHostedService<DeadLetterDrain>();
        services.AddHostedService<ReplayService>();
        services.AddFlowBus(builder.Configuration, bus =>
        {
            bus.AddConsumer<ProjectionConsumer, ProjectionConsumerDefinition>();
            bus.AddConsumer<HeartbeatConsumer, HeartbeatConsumerDefinition>();
        });
        return builder;
    }

    /// <summary>Maps the pages (<c>/</c>, <c>/runs/{id}</c>, <c>/workers</c>, <c>/dead-letters</c>, <c>/rejections</c>), <c>/v1/monitor</c> and <c>/v1/dead-letters</c>.</summary>
    /// <param name="app">The application.</param>
    /// <returns>The same application.</returns>
    public static WebApplication MapMonitor(this WebApplication app)
    {
        app.MapPages();
        app.MapMonitorApi();
        app.MapDeadLetterApi();
        return app;
    }
}
