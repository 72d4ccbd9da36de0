using Flow.Jsonata.Values;
using static Flow.Jsonata.Functions.Library;

namespace Flow.Jsonata.Functions;

/// <summary>Functions of objects.</summary>
internal static class ObjectFunctions
{
    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        Of("keys", "<x-:a<s>>", call => Keys(call, call[0])),
        Of("lookup", "<x-s:x>", call => call.Has(1) ? Lookup(call, call[0], call.Text(1)) : null),
        Of("spread", "<x-:a<o>>", call => Spread(call, call[0])),
        Of("merge", "<a<o>:o>", call => Merged(call, (ArrayValue)call[0]!)),
    ];

    private static ArrayValue Keys(Invocation call, object? value)
    {
        var budget = call.Evaluator.Budget;
        var names = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        Collect(value);
        return new ArrayValue([.. names.Keys]) { IsSequence = true };

        void Collect(object? item)
        {
            budget.Descend();
            foreach (var member in (item as ObjectValue)?.Members ?? [])
            {
                budget.Step();
                names[member.Key] = true;
            }

            foreach (var inner in (item as ArrayValue)?.Items ?? [])
                Collect(inner);
            budget.Ascend();
        }
    }

    private static object? Lookup(Invocation call, object? value, string name)
    {
        if (value is not ArrayValue array)
            return (value as ObjectValue)?[name];
        var found = ArrayValue.Sequence();
        call.Evaluator.Budget.Descend();
        foreach (var item in array.Items)
        {
            call.Evaluator.Budget.Step();
            found.Append(Lookup(call, item, name));
        }

        call.Evaluator.Budget.Ascend();
        return found;
    }

    private static object? Spread(Invocation call, object? value)
    {
        var budget = call.Evaluator.Budget;
        switch (value)
        {
            case ArrayValue array:
                var all = ArrayValue.Sequence();
                budget.Descend();
                foreach (var item in array.Items)
                    all.Append(Spread(call, item));
                budget.Ascend();
                return all;
            case ObjectValue made:
                budget.Step(made.Count);
                budget.Charge(320L * made.Count);
                return new ArrayValue([.. made.Members.Select(m => new ObjectValue { [m.Key] = m.Value })]) { IsSequence = true };
            default:
                budget.Step();
                return value;
        }
    }

    private static ObjectValue Merged(Invocation call, ArrayValue objects)
    {
        var budget = call.Evaluator.Budget;
        var result = new ObjectValue();
        foreach (var made in objects.Items.Cast<ObjectValue>())
        {
            budget.Step(1 + made.Count);
            budget.Charge(64L * made.Count);
            foreach (var (name, value) in made.Members)
                result[name] = value;
        }

        return result;
    }
}
