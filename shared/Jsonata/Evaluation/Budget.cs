using System.Runtime.CompilerServices;

namespace Flow.Jsonata.Evaluation;

/// <summary>What an evaluation has used up so far.</summary>
internal sealed class Budget(JsonataLimits limits)
{
    private long _steps;
    private long _bytes;
    private int _depth;

    public void Step(long count = 1)
    {
        if ((_steps += count) > limits.MaxSteps)
            throw new JsonataException("U1001", $"The evaluation takes more than {limits.MaxSteps} steps: it loops, or works on too much.");
    }

    /// <summary>Values made, at a rough estimate.</summary>
    public void Charge(long bytes)
    {
        if ((_bytes += bytes) > limits.MaxBytes)
            throw new JsonataException("U1001", $"The evaluation makes values of more than {limits.MaxBytes} bytes.");
    }

    public void Enter()
    {
        if (++_depth > limits.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new JsonataException("U1001", $"The evaluation is nested deeper than {limits.MaxDepth} levels: a function calls itself without end, or not as its last act.");
    }

    public void Leave() => _depth--;
}
