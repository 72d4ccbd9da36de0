using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Flow.StatesLanguage.Expressions;

/// <summary>A JSONPath as the language writes it: from <c>$</c> (input), <c>$$</c> (context object) or <c>$name</c> (variable).</summary>
internal sealed class JsonPath : Expression
{
    public override string Text => throw new NotImplementedException();

    public override IReadOnlyCollection<string> VariableNames => throw new NotImplementedException();

    /// <summary>Whether it names one place: evaluates to that value, or fails when there is none. Otherwise it evaluates to an array.</summary>
    public bool IsDefinite => throw new NotImplementedException();

    /// <summary>Whether it may be a ResultPath: from <c>$</c>, names and indexes from 0 only.</summary>
    public bool IsReferencePath => throw new NotImplementedException();

    /// <summary>Parses a path. Never throws on user text.</summary>
    /// <param name="text">The path.</param>
    /// <param name="path">The path; null when the text is none.</param>
    /// <param name="error">What is wrong and at which character; null when nothing is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path, [NotNullWhen(false)] out string? error) => throw new NotImplementedException();

    /// <summary>Like <see cref="Evaluate"/>, but a definite path without a match is an answer instead of a failure.</summary>
    public bool TryEvaluate(Evaluation evaluation, out JsonElement value) => throw new NotImplementedException();

    /// <summary>The value: an array, possibly empty, unless <see cref="IsDefinite"/>.</summary>
    /// <exception cref="EvaluationException">States.Runtime: a definite path matches nothing.</exception>
    public override JsonElement Evaluate(Evaluation evaluation) => throw new NotImplementedException();
}
