using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Flow.Hosting.Metrics;

/// <summary>All series of one metric. Bounded: label sets beyond <see cref="MaxSeries"/> share one series labelled <c>otel_metric_overflow="true"</c>.</summary>
internal sealed class MetricFamily(PrometheusName name, MetricKind kind, string help, double[] buckets)
{
    public const int MaxSeries = 1000;

    private const string Overflow = "otel_metric_overflow=\"true\"";

    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private int _count;

    public string Name => name.Name;

    public MetricKind Kind => kind;

    public string Help => help;

    public double[] Buckets => buckets;

    public IEnumerable<KeyValuePair<string, Series>> Series => _series.OrderBy(s => s.Key, StringComparer.Ordinal);

    /// <summary>Observed values are complete at every reading, so what was not observed this time is gone.</summary>
    public void ForgetObserved()
    {
        foreach (var (labels, series) in _series)
        {
            if (series.IsObserved && _series.TryRemove(labels, out _))
                Interlocked.Decrement(ref _count);
        }
    }

    public void Record(double measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags, Instrument instrument)
    {
        var series = For(Labels.Render(tags));
        var value = measurement * name.Scale;
        lock (series)
        {
            series.IsObserved = instrument.IsObservable;
            if (kind == MetricKind.Histogram)
                series.Observe(value, buckets);
            else if (IsLastValue(instrument))
                series.Value = value;
            else
                series.Value += value;
        }
    }

    private static bool IsLastValue(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type
        && (type.GetGenericTypeDefinition() == typeof(ObservableGauge<>) || type.GetGenericTypeDefinition() == typeof(Gauge<>));

    private Series For(string labels)
    {
        if (_series.TryGetValue(labels, out var existing))
            return existing;
        var key = Interlocked.Increment(ref _count) <= MaxSeries ? labels : Overflow;
        var added = new Series(buckets.Length);
        var kept = _series.GetOrAdd(key, added);
        if (!ReferenceEquals(added, kept))
            Interlocked.Decrement(ref _count);
        return kept;
    }
}

/// <summary>One label set's figures. Guarded by its own lock.</summary>
internal sealed class Series(int buckets)
{
    public bool IsObserved { get; set; }

    public double Value { get; set; }

    public long Count { get; private set; }

    /// <summary>How many fell into each bucket (not cumulated).</summary>
    public long[] InBucket { get; } = new long[buckets];

    public void Observe(double value, double[] bounds)
    {
        Value += value;
        Count++;
        var index = Array.FindIndex(bounds, bound => value <= bound);
        if (index >= 0)
            InBucket[index]++;
    }
}
