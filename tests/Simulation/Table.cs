using System.Reflection;

namespace Flow.Simulation.Tests;

/// <summary>Committed rows by key, in the order of their insertion.</summary>
internal sealed class Table<TKey, TRow>
    where TKey : notnull
    where TRow : class
{
    public Dictionary<TKey, TRow> Rows { get; } = [];
}

/// <summary>A transaction's view of a table: what it has touched are copies of its own until they are committed, so that nothing of a transaction that dies is left.</summary>
internal sealed class View<TKey, TRow>(Table<TKey, TRow> table)
    where TKey : notnull
    where TRow : class
{
    private static readonly Func<object, object> Clone =
        typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<object, object>>();

    private readonly Dictionary<TKey, TRow?> _touched = [];

    public static TRow Copy(TRow row) => (TRow)Clone(row);

    public TRow? Find(TKey key)
    {
        if (_touched.TryGetValue(key, out var touched))
            return touched;
        if (!table.Rows.TryGetValue(key, out var row))
            return null;
        var copy = Copy(row);
        _touched.Add(key, copy);
        return copy;
    }

    /// <summary>The rows that satisfy the condition, to be changed.</summary>
    public IReadOnlyList<TRow> Where(Func<TRow, bool> condition)
    {
        var found = new List<TRow>();
        foreach (var (key, committed) in table.Rows)
        {
            if (_touched.TryGetValue(key, out var touched) ? touched is not null && condition(touched) : condition(committed))
                found.Add(Find(key)!);
        }

        found.AddRange(_touched.Where(pair => pair.Value is not null && !table.Rows.ContainsKey(pair.Key) && condition(pair.Value)).Select(pair => pair.Value!));
        return found;
    }

    public void Put(TKey key, TRow row) => _touched[key] = row;

    public void Remove(TKey key) => _touched[key] = null;

    public void Commit()
    {
        foreach (var (key, row) in _touched)
        {
            if (row is null)
                table.Rows.Remove(key);
            else
                table.Rows[key] = Copy(row);
        }
    }
}
