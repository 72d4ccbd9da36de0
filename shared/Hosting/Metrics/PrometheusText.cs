using System.Globalization;

namespace Flow.Hosting.Metrics;

/// <summary>Prometheus' text format, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Write(MetricFamily family, TextWriter text)
    {
        var any = false;
        foreach (var (labels, series) in family.Series)
        {
            if (!any)
                WriteHead(family, text);
            any = true;
            lock (series)
            {
                if (family.Kind == MetricKind.Histogram)
                    WriteHistogram(family, labels, series, text);
                else
                    WriteSample(family.Name, labels, series.Value, text);
            }
        }
    }

    private static void WriteHead(MetricFamily family, TextWriter text)
    {
        text.Write($"# HELP {family.Name} {family.Help.Replace(@"\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(@"\n")}\n");
        text.Write($"# TYPE {family.Name} {family.Kind switch { MetricKind.Counter => "counter", MetricKind.Gauge => "gauge", _ => "histogram" }}\n");
    }

    private static void WriteHistogram(MetricFamily family, string labels, Series series, TextWriter text)
    {
        var prefix = labels.Length == 0 ? "" : labels + ",";
        long cumulated = 0;
        for (var i = 0; i < family.Buckets.Length; i++)
        {
            cumulated += series.InBucket[i];
            WriteSample(family.Name + "_bucket", $"{prefix}le=\"{Number(family.Buckets[i])}\"", cumulated, text);
        }

        WriteSample(family.Name + "_bucket", prefix + "le=\"+Inf\"", series.Count, text);
        WriteSample(family.Name + "_sum", labels, series.Value, text);
        WriteSample(family.Name + "_count", labels, series.Count, text);
    }

    private static void WriteSample(string name, string labels, double value, TextWriter text)
    {
        text.Write(name);
        if (labels.Length > 0)
        {
            text.Write('{');
            text.Write(labels);
            text.Write('}');
        }

        text.Write(' ');
        text.Write(Number(value));
        text.Write('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
