using System.Text.RegularExpressions;
using Flow.Jsonata.Evaluation;
using Flow.Jsonata.Syntax;
using Flow.Jsonata.Values;

namespace Flow.Jsonata.Functions;

/// <summary>Something that can be called.</summary>
internal abstract class Function
{
    /// <summary>How many arguments it takes; a higher-order function hands it no more.</summary>
    public abstract int Arity { get; }

    /// <summary>What its arguments must be; null: anything.</summary>
    public virtual Signature? Signature => null;

    /// <summary>Calls it with arguments that fit its signature. The result may be a <see cref="PendingCall"/>, which <see cref="Evaluator.Apply"/> goes on with.</summary>
    public abstract object? Call(Evaluator evaluator, object?[] arguments, object? input);
}

/// <summary>A function written in JSONata, with the variables and the context it was made in.</summary>
internal sealed class Lambda(LambdaNode node, object? context, Frame frame) : Function
{
    public override int Arity => node.Parameters.Count;

    public override Signature? Signature => node.Signature;

    public override object? Call(Evaluator evaluator, object?[] arguments, object? input)
    {
        var local = new Frame(frame);
        for (var i = 0; i < node.Parameters.Count; i++)
            local.Bind(node.Parameters[i], i < arguments.Length ? arguments[i] : null);
        return evaluator.Evaluate(node.Body, context, local);
    }
}

/// <summary>The last call of a lambda's body, still to be made.</summary>
internal sealed record PendingCall(CallNode Call, object? Context, Frame Frame);

/// <summary>What a built-in function is called with.</summary>
/// <param name="Evaluator">The evaluation.</param>
/// <param name="Arguments">The arguments, as many as the signature has; null: no value.</param>
internal readonly record struct Invocation(Evaluator Evaluator, object?[] Arguments)
{
    public object? this[int index] => index < Arguments.Length ? Arguments[index] : null;

    public string Text(int index) => this[index] as string ?? throw Missing(index);

    public double Number(int index) => this[index] as double? ?? throw Missing(index);

    public Function Callable(int index) => this[index] as Function ?? throw Missing(index);

    public bool Has(int index) => this[index] is not null;

    /// <summary>Signatures let pass what has no value.</summary>
    private static JsonataException Missing(int index) => new("T0410", $"Argument {index + 1} of the function has no value.");
}

/// <summary>A function that is built in.</summary>
internal sealed class NativeFunction(string name, Signature? signature, int arity, Func<Invocation, object?> body) : Function
{
    public string Name { get; } = name;

    public override int Arity { get; } = arity;

    public override Signature? Signature { get; } = signature;

    public override object? Call(Evaluator evaluator, object?[] arguments, object? input)
    {
        foreach (var argument in arguments)
        {
            if (argument is string read)
                evaluator.Budget.Scan(read.Length);
        }

        var result = body(new(evaluator, arguments));
        if (result is string made)
            evaluator.Budget.Charged(made);
        else if (result is ArrayValue array)
            evaluator.Budget.Charge(96 + (8L * array.Count));
        return result;
    }
}

/// <summary>A function with some of its arguments given; those that are still to come are null in <paramref name="isOpen"/>'s places.</summary>
internal sealed class PartialFunction(Function inner, object?[] given, bool[] isOpen) : Function
{
    public override int Arity => isOpen.Count(open => open);

    public override object? Call(Evaluator evaluator, object?[] arguments, object? input)
    {
        var all = (object?[])given.Clone();
        var next = 0;
        for (var i = 0; i < all.Length; i++)
        {
            if (isOpen[i])
                all[i] = next < arguments.Length ? arguments[next++] : null;
        }

        return evaluator.Apply(inner, all, input);
    }
}

/// <summary>One function after another.</summary>
internal sealed class Composition(Function first, Function second) : Function
{
    public override int Arity => 1;

    public override object? Call(Evaluator evaluator, object?[] arguments, object? input) =>
        evaluator.Apply(second, [evaluator.Apply(first, arguments, input)], input);
}

/// <summary>A regular expression: called with a text, it gives the first match and the way to the next.</summary>
internal sealed class RegexFunction(Regex regex) : Function
{
    public override int Arity => 1;

    public Regex Regex { get; } = regex;

    public override object? Call(Evaluator evaluator, object?[] arguments, object? input) => arguments is [string text, ..] ? Matcher.Describe(evaluator, this, text, 0) : null;
}
