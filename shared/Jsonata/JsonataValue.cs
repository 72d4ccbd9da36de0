using System.Text.Json;
using Flow.Jsonata.Values;

namespace Flow.Jsonata;

/// <summary>A value handed into evaluations, read only as far as they ask for it. May be used by several evaluations, one after another.</summary>
public sealed class JsonataValue
{
    private readonly Lazy<object?> _value;

    private JsonataValue(Func<object?> read) => _value = new(read, isThreadSafe: false);

    internal object? Value => _value.Value;

    private bool IsNothing { get; init; }

    /// <summary>A JSON value; undefined: no value.</summary>
    public static JsonataValue Of(JsonElement json) => new(() => JsonValues.Read(json)) { IsNothing = json.ValueKind == JsonValueKind.Undefined };

    /// <summary>A JSON value that is made when it is first read.</summary>
    public static JsonataValue Of(Func<JsonElement> json) => new(() => JsonValues.Read(json()));

    /// <summary>An object of such values, in this order; those that are no value are left out. The members are asked for when the object is first read.</summary>
    public static JsonataValue Of(params IEnumerable<(string Name, JsonataValue Value)> members) => new(() => new ObjectValue(members.Where(m => !m.Value.IsNothing)));
}
