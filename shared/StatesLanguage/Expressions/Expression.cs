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

    /// <summary>Parses a path or a call. Never throws on user text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="expression">The expression; null when the text is none.</param>
    /// <param name="error">What is wrong and at which character; null when nothing is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Expression? expression, [NotNullWhen(false)] out string? error)
    {
        expression = null;
        if (text.StartsWith('$'))
        {
            if (JsonPath.TryParse(text, out var path, out error))
                expression = path;
        }
        else if (text.StartsWith("States.", StringComparison.Ordinal))
        {
            if (Intrinsic.TryParse(text, out var call, out error))
                expression = call;
        }
        else
        {
            error = "it begins neither with '$' (a path) nor with 'States.' (an intrinsic function).";
        }

        return expression is not null;
    }

    /// <summary>The value.</summary>
    /// <exception cref="EvaluationException">It has none.</exception>
    public JsonElement Evaluate(Evaluation evaluation) => Evaluate(evaluation, field: null);

    /// <summary>The value for a field of the definition, which is named when there is none.</summary>
    /// <inheritdoc cref="Evaluate(Evaluation)"/>
    public JsonElement Evaluate(Evaluation evaluation, string? field)
    {
        try
        {
            return Compute(evaluation, field);
        }
        catch (InvalidOperationException)
        {
            throw Incomplete(Text);
        }
    }

    protected abstract JsonElement Compute(Evaluation evaluation, string? field);

    /// <summary>JSON may hold half of a surrogate pair, which no string can.</summary>
    internal static EvaluationException Incomplete(string text) =>
        new(ErrorNames.Runtime, $"'{text}' meets a text that is not valid Unicode (half of a surrogate pair).");
}
