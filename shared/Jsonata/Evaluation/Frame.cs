using Flow.Jsonata.Values;

namespace Flow.Jsonata.Evaluation;

/// <summary>Variables of a block or a call, and those around it.</summary>
internal sealed class Frame(Frame? outer)
{
    private Dictionary<string, object?>? _bindings;

    public void Bind(string name, object? value) => (_bindings ??= new(StringComparer.Ordinal))[name] = value;

    public bool TryFind(string name, out object? value)
    {
        for (var frame = this; frame is not null; frame = frame.Outer)
        {
            if (frame._bindings is not null && frame._bindings.TryGetValue(name, out value))
                return true;
        }

        value = null;
        return false;
    }

    private Frame? Outer { get; } = outer;

    /// <summary>A frame in which the bindings of a tuple are variables.</summary>
    public static Frame Of(Frame outer, TupleValue tuple) => new(new Frame(outer) { _bindings = tuple.Bindings });
}
