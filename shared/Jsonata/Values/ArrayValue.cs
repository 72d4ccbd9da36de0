namespace Flow.Jsonata.Values;

/// <summary>An array, or a sequence: the zero, one or many values that an expression gives, which is an array only while it has not one value.</summary>
internal sealed class ArrayValue
{
    public ArrayValue() => Items = [];

    public ArrayValue(List<object?> items) => Items = items;

    public List<object?> Items { get; }

    public int Count => Items.Count;

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
}

/// <summary>A value on its way through a path, with the variables and parents bound on the way.</summary>
internal sealed class TupleValue(object? item, Dictionary<string, object?> bindings)
{
    public object? Item { get; set; } = item;

    public Dictionary<string, object?> Bindings { get; } = bindings;

    public TupleValue With(object? newItem) => new(newItem, new(Bindings, StringComparer.Ordinal));
}
