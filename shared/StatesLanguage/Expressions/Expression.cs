using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Flow.StatesLanguage.Expressions;

/// <summary>What may stand behind a name that ends in <c>.$</c>: a path or a call of an intrinsic function. Immutable, parsed once per definition.</summary>
internal abstract class Expression
{
    /// <summary>The text it was parsed from.</summary>
    public abstract string Text { get; }

    /// <summary>Names of the variables it reads, without <c>$</c>, each once.</summary>
    public abstract IReadOnlyCollection<string> VariableNames { get; }

    /// <summary>The value.</summary>
    /// <exception cref="EvaluationException">It has none.</exception>
    public abstract JsonElement Evaluate(Evaluation evaluation);

    /// <summary>Parses a path or a call. Never throws on user text.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Expression? expression, [NotNullWhen(false)] out string? error) => throw new NotImplementedException();
}
