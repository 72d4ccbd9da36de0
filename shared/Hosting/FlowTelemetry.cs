using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Flow.Hosting;

/// <summary>
/// The names under which Flow traces and measures. Meters come from <see cref="System.Diagnostics.Metrics.IMeterFactory"/>
/// (<c>factory.Create(FlowTelemetry.Name)</c>), so that every host has its own figures.
/// </summary>
public static class FlowTelemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "Flow";

    private static readonly string[] Sources = [Name, "MassTransit", "Microsoft.AspNetCore", "System.Net.Http", "Npgsql"];
    private static readonly string[] ExportedMeters =
        [Name, "MassTransit", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql"];

    /// <summary>Source of Flow's own activities (spans). W3C trace context.</summary>
    public static ActivitySource ActivitySource { get; } = new(Name);

    internal static void AddFlowTelemetry(this WebApplicationBuilder builder, ServiceIdentity identity)
    {
        // The exporters read OTEL_* from the environment and nowhere else.
        if (string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
        {
            builder.Services.AddSingleton(_ => PropagatingListener()).AddHostedService<Activation<ActivityListener>>();
            return;
        }

        var resource = ResourceBuilder.CreateDefault().AddService(identity.Name, "flow", identity.Version).AddEnvironmentVariableDetector();
        builder.Services
            .AddSingleton(_ => Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources).AddOtlpExporter().Build())
            .AddHostedService<Activation<TracerProvider>>()
            .AddSingleton(_ => Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(ExportedMeters).AddOtlpExporter().Build())
            .AddHostedService<Activation<MeterProvider>>();
        builder.Logging.AddOpenTelemetry(o => o.SetResourceBuilder(resource).AddOtlpExporter());
    }

    /// <summary>Without an exporter nobody listens, and trace ids would not travel with messages; this keeps them travelling and appearing in logs.</summary>
    private static ActivityListener PropagatingListener()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Name or "MassTransit",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>Brings <typeparamref name="T"/> to life with the host; the container disposes of it, which flushes the exporters.</summary>
    private sealed class Activation<T>(T instance) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(instance);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
