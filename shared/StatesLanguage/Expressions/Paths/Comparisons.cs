using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Paths;

/// <summary>How two values are compared.</summary>
internal delegate bool Comparison(JsonElement left, JsonElement right);

/// <summary>The comparisons of filters.</summary>
internal static class Comparisons
{
    public static readonly Comparison NotEqual = (x, y) => !AreEqual(x, y);

    /// <summary>By the sign or word they are written with; a sign stands before those it begins with.</summary>
    public static readonly IReadOnlyList<(string Name, Comparison Comparison)> All =
    [
        ("==", AreEqual),
        ("!=", NotEqual),
        ("<=", (x, y) => Order(x, y) <= 0),
        (">=", (x, y) => Order(x, y) >= 0),
        ("<", (x, y) => Order(x, y) < 0),
        (">", (x, y) => Order(x, y) > 0),
        ("in", (x, y) => Holds(y, x)),
        ("nin", (x, y) => y.ValueKind == JsonValueKind.Array && !Holds(y, x)),
        ("contains", Contains),
        ("subsetof", (x, y) => Items(x) is { } items && items.All(i => Holds(y, i))),
        ("anyof", (x, y) => Items(x) is { } items && items.Any(i => Holds(y, i))),
        ("noneof", (x, y) => Items(x) is { } items && !items.Any(i => Holds(y, i))),
        ("size", (x, y) => Length(x) is { } length && y.ValueKind == JsonValueKind.Number && y.GetDouble() == length),
        ("empty", (x, y) => Length(x) is { } length && length == 0 == (y.ValueKind == JsonValueKind.True)),
    ];

    private static bool AreEqual(JsonElement x, JsonElement y) => JsonElement.DeepEquals(x, y);

    private static int? Order(JsonElement x, JsonElement y) => (x.ValueKind, y.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => JsonEquality.Compare(x, y),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(x.GetString(), y.GetString()),
        _ => null,
    };

    private static bool Contains(JsonElement x, JsonElement y) => x.ValueKind == JsonValueKind.String
        ? y.ValueKind == JsonValueKind.String && x.GetString()!.Contains(y.GetString()!, StringComparison.Ordinal)
        : Holds(x, y);

    private static bool Holds(JsonElement array, JsonElement value) => Items(array)?.Any(i => AreEqual(i, value)) ?? false;

    private static IEnumerable<JsonElement>? Items(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : null;

    private static int? Length(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength(),
        JsonValueKind.String => value.GetString()!.Length,
        JsonValueKind.Object => value.GetPropertyCount(),
        _ => null,
    };
}
