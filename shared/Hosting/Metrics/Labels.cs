using System.Globalization;
using System.Text;

namespace Flow.Hosting.Metrics;

/// <summary>Labels in Prometheus' text form, sorted by name so that equal sets are equal text.</summary>
internal static class Labels
{
    public const int MaxValueLength = 200;

    public static string Render(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
            return "";
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags)
            labels.TryAdd(NameOf(name), Convert.ToString(value is bool flag ? (flag ? "true" : "false") : value, CultureInfo.InvariantCulture) ?? "");

        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(name).Append("=\"");
            Escape(value.Length <= MaxValueLength ? value : value[..MaxValueLength], text);
            text.Append('"');
        }

        return text.ToString();
    }

    private static string NameOf(string tag)
    {
        var name = PrometheusName.Sanitize(tag);
        // Prometheus gives these names a meaning of its own.
        return name is "le" or "quantile" || name.StartsWith("__", StringComparison.Ordinal) ? "tag_" + name.TrimStart('_') : name;
    }

    private static void Escape(string value, StringBuilder text)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append(@"\n"),
                _ when char.IsSurrogate(c) => text.Append('\uFFFD'),
                _ => text.Append(c),
            };
        }
    }
}
