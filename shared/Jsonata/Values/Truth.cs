using Flow.Jsonata.Evaluation;

namespace Flow.Jsonata.Values;

/// <summary>What counts as true, and what as equal.</summary>
internal static class Truth
{
    public static bool Of(object? value, Budget budget) => value switch
    {
        bool flag => flag,
        string text => text.Length > 0,
        double number => number != 0 && !double.IsNaN(number),
        ArrayValue array => OfAny(array, budget),
        ObjectValue made => made.Count > 0,
        _ => false,
    };

    public static bool AreEqual(object? left, object? right, Budget budget)
    {
        switch (left, right)
        {
            case (double a, double b):
                return a == b;
            case (string a, string b):
                budget.Scan(Math.Min(a.Length, b.Length));
                return string.Equals(a, b, StringComparison.Ordinal);
            case (bool a, bool b):
                return a == b;
            case (ArrayValue a, ArrayValue b):
                return ReferenceEquals(a, b) || (a.Count == b.Count && HaveEqualItems(a, b, budget));
            case (ObjectValue a, ObjectValue b):
                return ReferenceEquals(a, b) || (a.Count == b.Count && HaveEqualMembers(a, b, budget));
            default:
                return ReferenceEquals(left, right);
        }
    }

    private static bool OfAny(ArrayValue array, Budget budget)
    {
        budget.Descend();
        foreach (var item in array.Items)
        {
            if (Of(item, budget))
            {
                budget.Ascend();
                return true;
            }
        }

        budget.Ascend();
        return false;
    }

    private static bool HaveEqualItems(ArrayValue left, ArrayValue right, Budget budget)
    {
        budget.Descend();
        var equal = true;
        for (var i = 0; equal && i < left.Count; i++)
        {
            budget.Step();
            equal = AreEqual(left.Items[i], right.Items[i], budget);
        }

        budget.Ascend();
        return equal;
    }

    private static bool HaveEqualMembers(ObjectValue left, ObjectValue right, Budget budget)
    {
        budget.Descend();
        var equal = true;
        foreach (var (name, value) in left.Members)
        {
            budget.Step();
            equal = right.Has(name) && AreEqual(value, right[name], budget);
            if (!equal)
                break;
        }

        budget.Ascend();
        return equal;
    }
}
