using System.Text.Json;

namespace Flow.StatesLanguage.Expressions;

/// <summary>Equality of JSON values: numbers by value, objects whatever the order of their members.</summary>
internal sealed class JsonEquality : IEqualityComparer<JsonElement>
{
    public static readonly JsonEquality Instance = new();

    public bool Equals(JsonElement x, JsonElement y) => JsonElement.DeepEquals(x, y);

    public int GetHashCode(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString()!.GetHashCode(StringComparison.Ordinal);
            case JsonValueKind.Number:
                return value.GetDouble().GetHashCode();
            case JsonValueKind.Array:
                var items = default(HashCode);
                foreach (var item in value.EnumerateArray())
                    items.Add(GetHashCode(item));
                return items.ToHashCode();
            case JsonValueKind.Object:
                var members = 0;
                foreach (var member in value.EnumerateObject())
                    members ^= HashCode.Combine(member.Name, GetHashCode(member.Value));
                return members;
            default:
                return (int)value.ValueKind;
        }
    }

    /// <summary>Order of two numbers by value: exact where they fit 28 digits, else by their nearest doubles.</summary>
    public static int Compare(JsonElement x, JsonElement y) =>
        x.TryGetDecimal(out var left) && y.TryGetDecimal(out var right) ? left.CompareTo(right) : x.GetDouble().CompareTo(y.GetDouble());
}
