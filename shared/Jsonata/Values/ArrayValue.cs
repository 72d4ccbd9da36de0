using System.Text.Json;

namespace Flow.Jsonata.Values;

/// <summary>An array, or a sequence: the zero, one or many values that an expression gives, which is an array only while it has not one value.</summary>
internal sealed class ArrayValue
{
    private readonly JsonElement _source;
    private List<object?>? _items;

    public ArrayValue() => _items = [];

    public ArrayValue(List<object?> items) => _items = items;

    public ArrayValue(JsonElement source) => _source = source;

    /// <summary>Read from JSON when they are asked for.</summary>
    public List<object?> Items => _items ??= Read(_source);

    /// <summary>The JSON it is, while nothing of it was read.</summary>
    public JsonElement? Source => _items is null ? _source : null;

    public int Count => _items?.Count ?? _source.GetArrayLength();

    public bool IsSequence { get; init; }

    /// <summary>A sequence that stays an array though it has one value.</summary>
    public bool KeepsSingleton { get; set; }

    /// <summary>Made by an array constructor: one value, which a path does not flatten.</summary>
    public bool IsConstructed { get; set; }

    /// <summary>Holds the input, which is an array itself.</summary>
    public bool IsInput { get; init; }

    /// <summary>Its items are <see cref="TupleValue"/>s.</summary>
    public bool IsTuples { get; set; }

    public static ArrayValue Sequence() => new() { IsSequence = true };

    public static ArrayValue SequenceOf(object? item) => new([item]) { IsSequence = true };

    /// <summary>The items of an array; anything else as its only item.</summary>
    public static ArrayValue From(object? value) => value as ArrayValue ?? SequenceOf(value);

    public void Add(object? item) => Items.Add(item);

    /// <summary>Adds a value, or every item of it when it is an array.</summary>
    public void Append(object? value)
    {
        if (value is ArrayValue array)
            Items.AddRange(array.Items);
        else if (value is not null)
            Items.Add(value);
    }

    /// <summary>Two values as one: an array of what both hold.</summary>
    public static object? Concat(object? first, object? second)
    {
        if (first is null)
            return second;
        if (second is null)
            return first;
        var joined = new ArrayValue();
        joined.Append(first);
        joined.Append(second);
        return joined;
    }

    private static List<object?> Read(JsonElement source)
    {
        var items = new List<object?>(source.GetArrayLength());
        foreach (var item in source.EnumerateArray())
            items.Add(JsonValues.Read(item));
        return items;
    }
}

/// <summary>A value on its way through a path, with the variables and parents bound on the way.</summary>
internal sealed class TupleValue(object? item, Dictionary<string, object?> bindings)
{
    public object? Item { get; set; } = item;

    public Dictionary<string, object?> Bindings { get; } = bindings;

    public TupleValue With(object? newItem) => new(newItem, new(Bindings, StringComparer.Ordinal));
}
