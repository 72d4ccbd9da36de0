using System.Collections.Concurrent;

namespace Flow.Monitor.Metrics;

/// <summary>
/// Admits the first <paramref name="limit"/> values of a label and calls the rest <see cref="Other"/>. An admitted value stays admitted, so no series ever jumps.
/// </summary>
internal sealed class BoundedLabels(int limit)
{
    public const string Other = "_other";

    private readonly ConcurrentDictionary<string, bool> _admitted = new(StringComparer.Ordinal);
    private int _count;

    public bool Admits(string value) => _admitted.GetOrAdd(value, _ => Interlocked.Increment(ref _count) <= limit);

    public string Of(string value) => Admits(value) ? value : Other;
}
