using System.Text.Json;

namespace Flow.StatesLanguage.Expressions;

/// <summary>JSON of a definition in which expressions stand, in either query language. Immutable, parsed once per definition.</summary>
internal abstract class Template
{
    /// <summary>Names of the variables it reads, each once.</summary>
    public abstract IReadOnlyCollection<string> VariableNames { get; }

    /// <summary>The JSON with the values of the expressions in their places.</summary>
    /// <exception cref="EvaluationException">An expression fails.</exception>
    public abstract JsonElement Evaluate(Evaluation evaluation);
}
