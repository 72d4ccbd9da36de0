namespace Flow.Jsonata.Values;

/// <summary>What counts as true, and what as equal.</summary>
internal static class Truth
{
    public static bool Of(object? value) => value switch
    {
        bool flag => flag,
        string text => text.Length > 0,
        double number => number != 0 && !double.IsNaN(number),
        ArrayValue { Count: 1 } array => Of(array.Items[0]),
        ArrayValue array => array.Items.Exists(Of),
        ObjectValue made => made.Count > 0,
        _ => false,
    };

    public static bool AreEqual(object? left, object? right)
    {
        switch (left, right)
        {
            case (double a, double b):
                return a == b;
            case (string a, string b):
                return string.Equals(a, b, StringComparison.Ordinal);
            case (bool a, bool b):
                return a == b;
            case (ArrayValue a, ArrayValue b):
                return a.Count == b.Count && a.Items.Zip(b.Items).All(pair => AreEqual(pair.First, pair.Second));
            case (ObjectValue a, ObjectValue b):
                return a.Count == b.Count && a.Members.All(m => b.Has(m.Key) && AreEqual(m.Value, b[m.Key]));
            default:
                return ReferenceEquals(left, right);
        }
    }
}
