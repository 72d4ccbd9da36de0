using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Flow.Jsonata.Evaluation;
using Flow.Jsonata.Functions;
using Flow.Jsonata.Syntax;
using Flow.Jsonata.Values;

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
    private readonly Node _root;

    private JsonataExpression(string text, Node root, IReadOnlyCollection<string> variableNames, IReadOnlyCollection<(string Variable, string Member)> members)
    {
        Text = text;
        _root = root;
        VariableNames = variableNames;
        Members = members;
    }

    /// <summary>The expression as written.</summary>
    public string Text { get; }

    /// <summary>Names of the variables and functions it mentions, without <c>$</c>, each once, those it binds itself included; empty and <c>$</c> for the context and the input.</summary>
    public IReadOnlyCollection<string> VariableNames { get; }

    /// <summary>The members it asks variables for right behind their names, as in <c>$order.total</c>, each once; without <c>$</c>.</summary>
    public IReadOnlyCollection<(string Variable, string Member)> Members { get; }

    /// <summary>Parses an expression.</summary>
    /// <exception cref="JsonataException">It is no expression.</exception>
    public static JsonataExpression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (root, variableNames, members) = Parser.Parse(text);
        return new(text, root, variableNames, members);
    }

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
    public JsonataResult Evaluate(JsonataEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var evaluator = new Evaluator(environment);
        return evaluator.Run(_root) switch
        {
            null => new(JsonataResultKind.Nothing),
            Function => new(JsonataResultKind.Function),
            var value => new(JsonataResultKind.Value, JsonValues.Write(value, evaluator.Budget)),
        };
    }
}
