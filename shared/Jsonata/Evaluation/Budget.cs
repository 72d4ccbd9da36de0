using System.Runtime.CompilerServices;

namespace Flow.Jsonata.Evaluation;

/// <summary>What an evaluation has used up so far. Whatever takes time, memory or stack in proportion to data asks here first.</summary>
internal sealed class Budget(JsonataLimits limits)
{
    /// <summary>Deepest nesting of a value that is walked.</summary>
    private const int MaxNesting = 1_000;

    private long _steps;
    private long _bytes;
    private int _depth;
    private int _nesting;

    /// <summary>Nodes evaluated, items visited.</summary>
    public void Step(long count = 1)
    {
        if ((_steps += count) > limits.MaxSteps)
            throw new JsonataException("U1001", $"The evaluation takes more than {limits.MaxSteps} steps: it loops, or works on too much.");
    }

    /// <summary>Characters of a text read.</summary>
    public void Scan(int characters) => Step(characters / 64);

    /// <summary>Memory of values made, at a rough estimate.</summary>
    public void Charge(long bytes)
    {
        if ((_bytes += bytes) > limits.MaxBytes)
            throw new JsonataException("U1001", $"The evaluation makes values of more than {limits.MaxBytes} bytes.");
    }

    /// <summary>A text made.</summary>
    public string Charged(string text)
    {
        Charge(24 + (2L * text.Length));
        return text;
    }

    /// <summary>Into a node.</summary>
    public void Enter()
    {
        Step();
        Stack();
        if (++_depth > limits.MaxDepth)
            throw new JsonataException("U1001", $"The evaluation is nested deeper than {limits.MaxDepth} levels: a function calls itself without end, or not as its last act.");
    }

    public void Leave() => _depth--;

    /// <summary>Into an array or an object that is walked.</summary>
    public void Descend()
    {
        Step();
        Stack();
        if (++_nesting > MaxNesting)
            throw new JsonataException("U1001", $"A value is nested deeper than {MaxNesting} levels.");
    }

    public void Ascend() => _nesting--;

    private static void Stack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new JsonataException("U1001", "The evaluation is nested deeper than the stack of its thread allows.");
    }
}
