using Flow.Jsonata.Values;
using static Flow.Jsonata.Functions.Library;

namespace Flow.Jsonata.Functions;

/// <summary>Functions of objects.</summary>
internal static class ObjectFunctions
{
    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        Of("keys", "<x-:a<s>>", call => Keys(call[0])),
        Of("lookup", "<x-s:x>", call => Lookup(call[0], call.Text(1))),
        Of("spread", "<x-:a<o>>", call => Spread(call[0])),
        Of("merge", "<a<o>:o>", call => Merged((ArrayValue)call[0]!)),
    ];

    private static ArrayValue Keys(object? value)
    {
        var names = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        Collect(value);
        return new ArrayValue([.. names.Keys]) { IsSequence = true };

        void Collect(object? item)
        {
            foreach (var name in (item as ObjectValue)?.Names ?? [])
                names[name] = true;
            foreach (var inner in (item as ArrayValue)?.Items ?? [])
                Collect(inner);
        }
    }

    private static object? Lookup(object? value, string name)
    {
        if (value is not ArrayValue array)
            return (value as ObjectValue)?[name];
        var found = ArrayValue.Sequence();
        foreach (var item in array.Items)
            found.Append(Lookup(item, name));
        return found;
    }

    private static object? Spread(object? value)
    {
        switch (value)
        {
            case ArrayValue array:
                var all = ArrayValue.Sequence();
                foreach (var item in array.Items)
                    all.Append(Spread(item));
                return all;
            case ObjectValue made:
                return new ArrayValue([.. made.Members.Select(m => new ObjectValue { [m.Key] = m.Value })]) { IsSequence = true };
            default:
                return value;
        }
    }

    private static ObjectValue Merged(ArrayValue objects)
    {
        var result = new ObjectValue();
        foreach (var member in objects.Items.Cast<ObjectValue>().SelectMany(o => o.Members))
            result[member.Key] = member.Value;
        return result;
    }
}
