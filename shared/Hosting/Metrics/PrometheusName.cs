using System.Text;

namespace Flow.Hosting.Metrics;

/// <summary>A metric's name by Prometheus convention: snake case, base unit as suffix, <c>_total</c> on counters.</summary>
/// <param name="Name">The name.</param>
/// <param name="Scale">What a measurement is multiplied with to be in the base unit.</param>
internal readonly record struct PrometheusName(string Name, double Scale)
{
    /// <param name="instrument">Name of the instrument, e.g. <c>flow.run.duration</c>.</param>
    /// <param name="unit">Its unit (UCUM), e.g. <c>s</c>, <c>By</c>, <c>{run}</c>.</param>
    /// <param name="kind">Its kind.</param>
    public static PrometheusName For(string instrument, string? unit, MetricKind kind)
    {
        var (suffix, scale) = BaseUnit(unit);
        var name = Sanitize(instrument);
        // Prometheus keeps "_count" for histograms; a gauge says the same without it.
        if (kind == MetricKind.Gauge && name.EndsWith("_count", StringComparison.Ordinal))
            name = name[..^"_count".Length];
        if (kind == MetricKind.Counter && name.EndsWith("_total", StringComparison.Ordinal))
            name = name[..^"_total".Length];
        if (suffix.Length > 0 && !name.EndsWith("_" + suffix, StringComparison.Ordinal))
            name += "_" + suffix;
        return new(kind == MetricKind.Counter ? name + "_total" : name, scale);
    }

    public static string Sanitize(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c) || c == '_')
                text.Append(c);
            else if (text.Length > 0 && text[^1] != '_')
                text.Append('_');
        }

        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
            text.Insert(0, '_');
        return text.ToString();
    }

    private static (string Suffix, double Scale) BaseUnit(string? unit) => unit switch
    {
        null or "" or "1" => ("", 1),
        "s" => ("seconds", 1),
        "ms" => ("seconds", 1e-3),
        "us" => ("seconds", 1e-6),
        "ns" => ("seconds", 1e-9),
        "min" => ("seconds", 60),
        "By" => ("bytes", 1),
        "KiBy" => ("bytes", 1024),
        "MiBy" => ("bytes", 1024 * 1024),
        "%" => ("ratio", 0.01),
        _ when unit[0] == '{' => ("", 1), // an annotation such as {run} is no unit
        _ => (Sanitize(unit), 1),
    };
}

internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
