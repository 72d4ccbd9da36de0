using Flow.Jsonata.Values;

namespace Flow.Jsonata.Evaluation;

/// <summary>Steps into data: a name, <c>*</c>, <c>**</c>.</summary>
internal sealed partial class Evaluator
{
    private object? Member(object? context, string name)
    {
        if (context is ObjectValue made)
            return made[name];
        if (context is not ArrayValue array)
            return null;

        var found = ArrayValue.Sequence();
        Budget.Descend();
        foreach (var item in array.Items)
        {
            Budget.Step();
            found.Append(Member(item, name));
        }

        Budget.Ascend();
        Budget.Charge(8L * found.Count);
        return found.Count == 0 ? null : found;
    }

    private ArrayValue Wildcard(object? context)
    {
        if (context is ArrayValue { IsInput: true, Count: > 0 } input)
            context = input.Items[0];
        var results = ArrayValue.Sequence();
        var hasArray = false;
        if (context is ObjectValue made)
        {
            foreach (var member in made.Members)
                Take(member.Value);
        }
        else if (context is ArrayValue array)
        {
            foreach (var item in array.Items)
                Take(item);
        }

        Budget.Charge(8L * results.Count);
        return hasArray ? new ArrayValue(results.Items) : results;

        void Take(object? value)
        {
            hasArray |= value is ArrayValue;
            Flatten(value, results);
        }
    }

    private void Flatten(object? value, ArrayValue results)
    {
        if (value is not ArrayValue array)
        {
            Budget.Step();
            results.Append(value);
            return;
        }

        Budget.Descend();
        foreach (var item in array.Items)
            Flatten(item, results);
        Budget.Ascend();
    }

    private object? Descendants(object? context)
    {
        if (context is null)
            return null;
        var results = ArrayValue.Sequence();
        Descend(context, results);
        Budget.Charge(8L * results.Count);
        return results.Count == 1 ? results.Items[0] : results;
    }

    private void Descend(object? value, ArrayValue results)
    {
        Budget.Descend();
        if (value is ArrayValue array)
        {
            foreach (var item in array.Items)
                Descend(item, results);
        }
        else
        {
            results.Add(value);
            foreach (var member in (value as ObjectValue)?.Members ?? [])
                Descend(member.Value, results);
        }

        Budget.Ascend();
    }
}
