using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Flow.Hosting.Metrics;

/// <summary>Listens to the meters this process exposes and keeps their figures. Meters made by another host's factory in the same process are not heard.</summary>
internal sealed class MetricsCollector : IDisposable
{
    private static readonly string[] Meters = [FlowTelemetry.Name, "MassTransit", "Microsoft.AspNetCore.Hosting", "System.Runtime"];

    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400];
    private static readonly double[] Bytes = [256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216];
    private static readonly double[] Numbers = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000, 100000];

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly IMeterFactory _factory;
    private readonly MeterListener _listener = new();
    private readonly Lock _reading = new();

    public MetricsCollector(IMeterFactory factory, ServiceIdentity identity)
    {
        _factory = factory;
        _listener.InstrumentPublished = Subscribe;
        _listener.SetMeasurementEventCallback<byte>(static (i, m, tags, family) => Record(i, m, tags, family));
        _listener.SetMeasurementEventCallback<short>(static (i, m, tags, family) => Record(i, m, tags, family));
        _listener.SetMeasurementEventCallback<int>(static (i, m, tags, family) => Record(i, m, tags, family));
        _listener.SetMeasurementEventCallback<long>(static (i, m, tags, family) => Record(i, m, tags, family));
        _listener.SetMeasurementEventCallback<float>(static (i, m, tags, family) => Record(i, m, tags, family));
        _listener.SetMeasurementEventCallback<double>(static (i, m, tags, family) => Record(i, m, tags, family));
        _listener.SetMeasurementEventCallback<decimal>(static (i, m, tags, family) => Record(i, (double)m, tags, family));
        _listener.Start();
        factory.Create(FlowTelemetry.Name).CreateObservableGauge(
            "flow.build.info",
            () => new Measurement<int>(1, [new("service", identity.Name), new("version", identity.Version)]),
            description: "Always 1; its labels tell what runs.");
    }

    /// <summary>Reads the observable instruments and writes everything in Prometheus' text format.</summary>
    public void Write(TextWriter text)
    {
        lock (_reading)
        {
            foreach (var family in _families.Values)
                family.ForgetObserved();
            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal))
                PrometheusText.Write(family, text);
        }
    }

    public void Dispose() => _listener.Dispose();

    private static void Record(Instrument instrument, double measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? family) =>
        ((MetricFamily)family!).Record(measurement, tags, instrument);

    private static double[] BucketsFor(Instrument instrument, MetricKind kind) =>
        kind != MetricKind.Histogram ? []
        : AdviceOf(instrument) is { Length: > 0 } advised ? advised
        : instrument.Unit switch
        {
            "s" or "ms" or "us" or "ns" => Seconds,
            "By" or "KiBy" or "MiBy" => Bytes,
            _ => Numbers,
        };

    private static double[]? AdviceOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        _ => null,
    };

    private static MetricKind? KindOf(Instrument instrument)
    {
        if (instrument.GetType() is not { IsGenericType: true } type)
            return null;
        var definition = type.GetGenericTypeDefinition();
        return definition == typeof(Counter<>) || definition == typeof(ObservableCounter<>) ? MetricKind.Counter
            : definition == typeof(Histogram<>) ? MetricKind.Histogram
            : MetricKind.Gauge;
    }

    private void Subscribe(Instrument instrument, MeterListener listener)
    {
        var heard = Meters.Contains(instrument.Meter.Name, StringComparer.Ordinal) && (instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, _factory));
        if (!heard || KindOf(instrument) is not { } kind)
            return;
        var name = PrometheusName.For(instrument.Name, instrument.Unit, kind);
        var help = string.IsNullOrWhiteSpace(instrument.Description) ? instrument.Name : instrument.Description;
        var family = _families.GetOrAdd(name.Name, _ => new MetricFamily(name, kind, help, BucketsFor(instrument, kind)));
        if (family.Kind == kind) // a second instrument of the same name and another kind would make the text invalid
            listener.EnableMeasurementEvents(instrument, family);
    }
}
