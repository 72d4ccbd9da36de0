using Flow.Hosting.Logging;
using Flow.Hosting.Metrics;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Flow.Hosting;

/// <summary>What every Flow process has in common: logs, traces, metrics, health, shutdown.</summary>
public static class FlowDefaults
{
    private static readonly Dictionary<string, string?> DefaultSettings = new(StringComparer.Ordinal)
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Warning",
        // A failed command is an exception as well, and the look for the first migration fails on purpose.
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = "None",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
    };

    /// <summary>
    /// Registers the defaults. Call it first, before the services' own registrations. Settings: <see cref="HostingOptions"/>; OTEL_EXPORTER_OTLP_ENDPOINT
    /// turns on OTLP export of traces, metrics and logs.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="service">Name of the service, e.g. <c>orchestrator</c>; shown as <c>flow-orchestrator</c>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="OptionsValidationException">A setting of <see cref="HostingOptions"/> is not allowed.</exception>
    public static WebApplicationBuilder AddFlowDefaults(this WebApplicationBuilder builder, string service)
    {
        var identity = ServiceIdentity.For(service);
        // First in the list, so that appsettings and the environment override it.
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = DefaultSettings });
        var options = builder.Configuration.GetFlowOptions<HostingOptions>(HostingOptions.Section);

        builder.Services.AddSingleton(identity);
        builder.Services.AddFlowOptions<HostingOptions>(HostingOptions.Section);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(options.ShutdownTimeoutSeconds));
        builder.Services.Configure<MassTransitHostOptions>(o => o.StopTimeout = TimeSpan.FromSeconds(options.ShutdownTimeoutSeconds));
        builder.WebHost.ConfigureKestrel(o => o.AddServerHeader = false);

        builder.Logging.AddFlowConsole(identity, options.LogFormat);
        builder.AddFlowTelemetry(identity);
        builder.Services.AddSingleton<MetricsCollector>();
        builder.Services.AddHealthChecks();
        builder.Services.PostConfigure<HealthCheckServiceOptions>(o => LimitDuration(o, TimeSpan.FromSeconds(options.HealthCheckTimeoutSeconds)));
        return builder;
    }

    /// <summary>Maps <c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>.</summary>
    /// <param name="app">The application.</param>
    /// <returns>The same application.</returns>
    public static WebApplication MapFlowDefaults(this WebApplication app)
    {
        app.MapFlowHealth();
        app.MapMetrics();
        return app;
    }

    private static void LimitDuration(HealthCheckServiceOptions options, TimeSpan limit)
    {
        foreach (var check in options.Registrations.Where(r => r.Timeout <= TimeSpan.Zero))
            check.Timeout = limit;
    }
}
