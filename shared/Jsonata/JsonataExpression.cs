using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Flow.Jsonata;

/// <summary>What an evaluation ends with.</summary>
public enum JsonataResultKind
{
    /// <summary>No value ("undefined").</summary>
    Nothing,

    /// <summary>A JSON value.</summary>
    Value,

    /// <summary>A function, which JSON cannot hold.</summary>
    Function,
}

/// <summary>The result of an evaluation.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The value; undefined unless there is one.</param>
public readonly record struct JsonataResult(JsonataResultKind Kind, JsonElement Value = default);

/// <summary>A JSONata expression (version 2.0.6), parsed once. Immutable and safe to share between threads.</summary>
public sealed class JsonataExpression
{
    private JsonataExpression(string text, IReadOnlyCollection<string> variableNames)
    {
        Text = text;
        VariableNames = variableNames;
    }

    /// <summary>The expression as written.</summary>
    public string Text { get; }

    /// <summary>Names of the variables it reads and neither binds itself nor finds among the built-in functions, without <c>$</c>, each once; <c>$</c> and <c>$$</c> are not among them.</summary>
    public IReadOnlyCollection<string> VariableNames { get; }

    /// <summary>Parses an expression.</summary>
    /// <exception cref="JsonataException">It is no expression.</exception>
    public static JsonataExpression Parse(string text) => throw new JsonataException("S0000", $"JSONata is not implemented yet: '{text}'.");

    /// <summary>Parses an expression. Never throws on user text.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonataExpression? expression, [NotNullWhen(false)] out JsonataException? error)
    {
        try
        {
            expression = Parse(text);
            error = null;
            return true;
        }
        catch (JsonataException exception)
        {
            expression = null;
            error = exception;
            return false;
        }
    }

    /// <summary>Evaluates the expression.</summary>
    /// <exception cref="JsonataException">The evaluation fails or exceeds a limit.</exception>
    public JsonataResult Evaluate(JsonataEnvironment environment) => throw new JsonataException("S0000", $"JSONata is not implemented yet: '{Text}'.");
}
