using Flow.Jsonata.Syntax;
using Flow.Jsonata.Values;

namespace Flow.Jsonata.Evaluation;

internal sealed partial class Evaluator
{
    private const double LongestRange = 10_000_000;

    private object? Binary(BinaryNode node, object? context, Frame frame)
    {
        var left = Evaluate(node.Left, context, frame);
        switch (node.Symbol)
        {
            case "and":
                return IsTrue(left) && IsTrue(Evaluate(node.Right, context, frame));
            case "or":
                return IsTrue(left) || IsTrue(Evaluate(node.Right, context, frame));
        }

        var right = Evaluate(node.Right, context, frame);
        return node.Symbol switch
        {
            "+" or "-" or "*" or "/" or "%" => Arithmetic(node, left, right),
            "=" => left is not null && right is not null && Truth.AreEqual(left, right, Budget),
            "!=" => left is not null && right is not null && !Truth.AreEqual(left, right, Budget),
            "<" or "<=" or ">" or ">=" => Comparison(node, left, right),
            "&" => Joined(ValueText.Of(left, Budget), ValueText.Of(right, Budget)),
            ".." => Range(node, left, right),
            "in" => left is not null && right is not null && IsAmong(left, ArrayValue.From(right)),
            _ => throw new System.Diagnostics.UnreachableException($"Unknown operator {node.Symbol}."),
        };
    }

    private static object? Arithmetic(BinaryNode node, object? left, object? right)
    {
        if (left is not null && !Numbers.Is(left, out _))
            throw new JsonataException("T2001", $"The left side of '{node.Symbol}' must be a number, but is {Shown(left)}.", node.Position, node.Symbol);
        if (right is not null && !Numbers.Is(right, out _))
            throw new JsonataException("T2002", $"The right side of '{node.Symbol}' must be a number, but is {Shown(right)}.", node.Position, node.Symbol);
        if (left is null || right is null)
            return null;
        var (a, b) = ((double)left, (double)right);
        var result = node.Symbol switch { "+" => a + b, "-" => a - b, "*" => a * b, "/" => a / b, _ => a % b };
        return Numbers.Box(result);
    }

    private static object? Comparison(BinaryNode node, object? left, object? right)
    {
        foreach (var side in new[] { left, right })
        {
            if (side is not (null or double or string))
                throw new JsonataException("T2010", $"Only numbers and texts can be compared by '{node.Symbol}', not {Shown(side)}.", node.Position, node.Symbol);
        }

        if (left is null || right is null)
            return null;
        if (left.GetType() != right.GetType())
            throw new JsonataException("T2009", $"{Shown(left)} and {Shown(right)} cannot be compared by '{node.Symbol}': they are of different types.", node.Position, node.Symbol);
        var order = Order(left, right);
        return node.Symbol switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
    }

    private static int Order(object left, object right) => left is string text ? string.CompareOrdinal(text, (string)right) : ((double)left).CompareTo((double)right);

    private string Joined(string left, string right)
    {
        Budget.Charge(24 + (2L * (left.Length + right.Length)));
        return left + right;
    }

    private object? Range(BinaryNode node, object? left, object? right)
    {
        if (left is not null && !Numbers.IsWhole(left, out _))
            throw new JsonataException("T2003", $"The left side of '..' must be a whole number, but is {Shown(left)}.", node.Position, node.Symbol);
        if (right is not null && !Numbers.IsWhole(right, out _))
            throw new JsonataException("T2004", $"The right side of '..' must be a whole number, but is {Shown(right)}.", node.Position, node.Symbol);
        if (left is null || right is null || (double)left > (double)right)
            return null;
        var (from, to) = ((double)left, (double)right);
        var count = to - from + 1;
        if (count > LongestRange)
            throw new JsonataException("D2014", $"A range may have {LongestRange} items at most, but this one would have {count}.", node.Position, node.Symbol);
        Budget.Step((long)count);
        Budget.Charge((long)count * 32);
        var items = new List<object?>((int)count);
        for (var number = from; number <= to; number++)
            items.Add(Numbers.Box(number));
        return new ArrayValue(items) { IsSequence = true };
    }

    /// <summary>Whether one of them is equal, without a look inside of arrays and objects.</summary>
    private bool IsAmong(object value, ArrayValue values)
    {
        Budget.Step(values.Count);
        return values.Items.Exists(item => value is ArrayValue or ObjectValue ? ReferenceEquals(value, item) : Truth.AreEqual(value, item, Budget));
    }

    private static string Shown(object? value) => ValueText.Shown(value);
}
