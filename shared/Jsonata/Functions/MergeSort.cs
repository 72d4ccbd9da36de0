namespace Flow.Jsonata.Functions;

/// <summary>A stable sort that asks only whether one item comes after another, and copes with any answer.</summary>
internal static class MergeSort
{
    public static List<T> Sort<T>(List<T> items, Func<T, T, bool> isAfter)
    {
        if (items.Count <= 1)
            return items;
        var middle = items.Count / 2;
        var left = Sort(items[..middle], isAfter);
        var right = Sort(items[middle..], isAfter);
        var merged = new List<T>(items.Count);
        var (l, r) = (0, 0);
        while (l < left.Count && r < right.Count)
            merged.Add(isAfter(left[l], right[r]) ? right[r++] : left[l++]);
        merged.AddRange(left[l..]);
        merged.AddRange(right[r..]);
        return merged;
    }
}
