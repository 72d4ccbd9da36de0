using System.Collections.Frozen;
using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Choices;

/// <summary>A comparison operator of the language.</summary>
/// <param name="Compares">Whether a value (first) and what it is compared with (second) stand in the relation; false when either is of another type.</param>
/// <param name="Takes">Whether a value may be written behind it.</param>
/// <param name="Operand">What may be written behind it, for people.</param>
/// <param name="HasPathForm">Whether there is a form whose name ends in <c>Path</c>.</param>
internal sealed record Operator(Func<JsonElement, JsonElement, bool> Compares, Predicate<JsonElement> Takes, string Operand, bool HasPathForm = true)
{
    /// <summary>All, by name.</summary>
    public static readonly FrozenDictionary<string, Operator> ByName = All().ToFrozenDictionary(o => o.Name, o => o.Operator, StringComparer.Ordinal);

    private delegate int? Order(JsonElement left, JsonElement right);

    private static IEnumerable<(string Name, Operator Operator)> All()
    {
        (string Name, Predicate<int?> Holds)[] relations =
        [
            ("Equals", o => o == 0), ("LessThan", o => o < 0), ("GreaterThan", o => o > 0), ("LessThanEquals", o => o <= 0), ("GreaterThanEquals", o => o >= 0),
        ];
        (string Name, Order Order, Predicate<JsonElement> Takes, string Operand)[] types =
        [
            ("String", OrderTexts, DataTypes.IsString, "a string"),
            ("Numeric", OrderNumbers, DataTypes.IsNumeric, "a number"),
            ("Timestamp", OrderTimestamps, DataTypes.IsTimestamp, "a timestamp such as 2016-03-14T01:59:00Z"),
        ];

        foreach (var type in types)
        {
            foreach (var relation in relations)
                yield return (type.Name + relation.Name, new((x, y) => relation.Holds(type.Order(x, y)), type.Takes, type.Operand));
        }

        yield return ("BooleanEquals", new((x, y) => DataTypes.IsBoolean(x) && x.ValueKind == y.ValueKind, DataTypes.IsBoolean, "true or false"));
        yield return ("IsNull", TypeTest(DataTypes.IsNull));
        yield return ("IsString", TypeTest(DataTypes.IsString));
        yield return ("IsNumeric", TypeTest(DataTypes.IsNumeric));
        yield return ("IsBoolean", TypeTest(DataTypes.IsBoolean));
        yield return ("IsTimestamp", TypeTest(DataTypes.IsTimestamp));
    }

    private static Operator TypeTest(Predicate<JsonElement> isOfType) =>
        new((value, expected) => isOfType(value) == (expected.ValueKind == JsonValueKind.True), DataTypes.IsBoolean, "true or false", HasPathForm: false);

    private static int? OrderTexts(JsonElement x, JsonElement y) =>
        DataTypes.IsString(x) && DataTypes.IsString(y) ? string.CompareOrdinal(x.GetString(), y.GetString()) : null;

    private static int? OrderNumbers(JsonElement x, JsonElement y) =>
        DataTypes.IsNumeric(x) && DataTypes.IsNumeric(y) ? JsonEquality.Compare(x, y) : null;

    private static int? OrderTimestamps(JsonElement x, JsonElement y) =>
        DataTypes.TryTimestamp(x, out var left) && DataTypes.TryTimestamp(y, out var right) ? left.CompareTo(right) : null;
}
