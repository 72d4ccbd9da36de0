using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Flow.Jsonata;
using Flow.StatesLanguage.Reading;

namespace Flow.StatesLanguage.Expressions.Queries;

/// <summary>A text of the form <c>{% expression %}</c>. Immutable, parsed once per definition.</summary>
internal sealed class JsonataText : Expression
{
    private const string Open = "{%";
    private const string Close = "%}";

    private readonly JsonataExpression _expression;

    private JsonataText(string text, JsonataExpression expression)
    {
        Text = text;
        _expression = expression;
    }

    public override string Text { get; }

    public override IReadOnlyCollection<string> VariableNames => _expression.VariableNames;

    /// <summary>Whether a text means to be an expression: it has one of the marks.</summary>
    public static bool IsMeant(string text) => text.StartsWith(Open, StringComparison.Ordinal) || text.EndsWith(Close, StringComparison.Ordinal);

    /// <summary>Parses a text with its marks, or adds what is wrong with it. Never throws on user text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="findings">What is wrong is added here.</param>
    /// <param name="pointer">Where the text stands.</param>
    /// <param name="outcome">What <c>$states</c> has there.</param>
    public static JsonataText? Parse(string text, ICollection<Finding> findings, string pointer, Outcome outcome)
    {
        if (!TryParse(text, out var expression, out var error))
        {
            findings.Add(new(pointer, Rules.InvalidExpression, $"'{text}' is not a JSONata expression: {error}"));
            return null;
        }

        foreach (var (variable, member) in expression._expression.Members)
        {
            if (variable == StatesVariable.Name && StatesVariable.Missing(member, outcome) is { } why)
                findings.Add(new(pointer, Rules.UnavailableValue, $"'{text}' asks for what is not there: {why}"));
        }

        return expression;
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out JsonataText? expression, [NotNullWhen(false)] out string? error)
    {
        expression = null;
        if (text.Length < Open.Length + Close.Length || !text.StartsWith(Open, StringComparison.Ordinal) || !text.EndsWith(Close, StringComparison.Ordinal))
        {
            error = $"an expression begins with '{Open}' and ends with '{Close}'.";
            return false;
        }

        if (!JsonataExpression.TryParse(text[Open.Length..^Close.Length], out var parsed, out var fault))
        {
            error = fault.Position >= 0 ? $"{fault.Message} ({fault.Code}, at character {fault.Position + Open.Length})" : $"{fault.Message} ({fault.Code})";
            return false;
        }

        error = parsed.VariableNames.Contains("eval") ? "the function $eval is not there: use $parse for JSON, or write the expression out." : null;
        expression = error is null ? new JsonataText(text, parsed) : null;
        return error is null;
    }

    protected override JsonElement Compute(Evaluation evaluation, string? field)
    {
        try
        {
            var result = _expression.Evaluate(new JsonataEnvironment
            {
                Variable = name => name == StatesVariable.Name ? evaluation.States : Named(evaluation.Variables, name),
                Now = evaluation.Now,
                NextBits = evaluation.Randomness.NextBits,
            });
            return result.Kind switch
            {
                JsonataResultKind.Value when Json.IsDeeperThan(result.Value, JsonBuffer.MaximumDepth) =>
                    throw Failed(field, $"The JSONata expression '{_expression.Text.Trim()}' gives a value that is nested deeper than {JsonBuffer.MaximumDepth} levels."),
                JsonataResultKind.Value => result.Value,
                JsonataResultKind.Function => throw Failed(field, $"The JSONata expression '{_expression.Text.Trim()}' gives a function, which is no JSON value."),
                _ => throw Failed(field, $"The JSONata expression '{_expression.Text.Trim()}' gives no value."),
            };
        }
        catch (JsonataException e)
        {
            throw Failed(field, $"The JSONata expression '{_expression.Text.Trim()}' failed: {e.Message} ({e.Code})");
        }
    }

    public static EvaluationException Failed(string? field, string cause) => new(ErrorNames.QueryEvaluation, cause, field);

    private static JsonataValue? Named(JsonElement variables, string name) =>
        variables.ValueKind == JsonValueKind.Object && variables.TryGetProperty(name, out var value) ? JsonataValue.Of(value) : null;
}
