namespace Flow.StatesLanguage;

/// <summary>What a signal leads to.</summary>
/// <param name="Scope">The scope after it.</param>
/// <param name="Commands">What to do, in order; empty when the signal was late or a duplicate.</param>
public sealed record Step(Scope Scope, IReadOnlyList<Command> Commands);

/// <summary>The interpreter: a pure function from a scope and a signal to the next scope and the commands that follow.</summary>
public static class Interpreter
{
    /// <summary>Most nodes walked for one signal before the run fails with States.Runtime (a loop that never waits).</summary>
    public const int StepBudget = 10_000;

    /// <summary>Handles one signal.</summary>
    /// <param name="definition">The definition the scope's run is bound to.</param>
    /// <param name="scope">The scope, with its <see cref="Scope.Execution"/> put in.</param>
    /// <param name="signal">What happened.</param>
    /// <param name="moment">When, and the seed of chance.</param>
    public static Step Step(Definition definition, Scope scope, Signal signal, Moment moment) =>
        throw new NotImplementedException();
}
