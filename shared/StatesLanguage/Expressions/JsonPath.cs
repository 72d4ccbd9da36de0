using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Flow.StatesLanguage.Expressions.Paths;

namespace Flow.StatesLanguage.Expressions;

/// <summary>A JSONPath as the language writes it: from <c>$</c> (input), <c>$$</c> (context object) or <c>$name</c> (variable).</summary>
/// <remarks>The dialect is the one of Jayway's library: members by name, indexes (from the end when negative), slices, unions, wildcards, <c>..</c> and filters.</remarks>
internal sealed class JsonPath : Expression
{
    private readonly PathRoot _root;
    private readonly string? _variable;
    private readonly Segment[] _segments;

    /// <summary>How many segments at the beginning name one place each.</summary>
    private readonly int _definite;

    /// <summary>The names at the beginning.</summary>
    private readonly string[] _names;

    internal JsonPath(string text, PathRoot root, string? variable, Segment[] segments, IReadOnlyCollection<string> variableNames)
    {
        Text = text;
        VariableNames = variableNames;
        _root = root;
        _variable = variable;
        _segments = segments;
        _definite = segments.TakeWhile(s => s.IsDefinite).Count();
        _names = [.. segments.TakeWhile(s => s is MemberSegment).Select(s => ((MemberSegment)s).Name)];
    }

    public override string Text { get; }

    public override IReadOnlyCollection<string> VariableNames { get; }

    /// <summary>Whether it names one place: evaluates to that value, or fails when there is none. Otherwise it evaluates to an array, which is empty when nothing matches.</summary>
    public bool IsDefinite => _definite == _segments.Length;

    /// <summary>Whether it may be a ResultPath: from <c>$</c>, names and indexes from 0 only.</summary>
    public bool IsReferencePath => _root == PathRoot.Input && Array.TrueForAll(_segments, s => s is MemberSegment or IndexSegment { Index: >= 0 });

    /// <summary>The steps from the root.</summary>
    internal IReadOnlyList<Segment> Segments => _segments;

    /// <summary>Parses a path. Never throws on user text.</summary>
    /// <param name="text">The path.</param>
    /// <param name="path">The path; null when the text is none.</param>
    /// <param name="error">What is wrong and at which character; null when nothing is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path, [NotNullWhen(false)] out string? error)
    {
        try
        {
            var cursor = new TextCursor(text);
            path = PathParser.Parse(cursor);
            cursor.SkipSpaces();
            cursor.ExpectEnd();
            error = null;
            return true;
        }
        catch (SyntaxException exception)
        {
            path = null;
            error = exception.Message;
            return false;
        }
    }

    /// <summary>Like <see cref="Expression.Evaluate(Evaluation)"/>, but a definite path without a match is an answer instead of a failure.</summary>
    public bool TryEvaluate(Evaluation evaluation, out JsonElement value)
    {
        try
        {
            return TryEvaluate(evaluation, current: default, out value);
        }
        catch (InvalidOperationException)
        {
            throw Incomplete(Text);
        }
    }

    /// <summary>Evaluates a path inside a filter.</summary>
    /// <param name="evaluation">What the filter sees.</param>
    /// <param name="current">What <c>@</c> stands for.</param>
    /// <param name="value">The value.</param>
    internal bool TryEvaluate(Evaluation evaluation, JsonElement current, out JsonElement value)
    {
        var taken = 0;
        if (_root == PathRoot.Context)
            value = evaluation.ContextAt(_names, out taken);
        else if (!TryRoot(evaluation, current, out value))
            return false;

        for (var i = taken; i < _definite; i++)
        {
            if (_segments[i].TryStep(value, out var child))
            {
                value = child;
                continue;
            }

            // Who asks for a list gets one, even when there is nothing to take it from.
            value = IsDefinite ? default : Json.EmptyArray;
            return !IsDefinite;
        }

        if (!IsDefinite)
            value = new Walk(_segments, evaluation).Collect(value, _definite);
        return true;
    }

    protected override JsonElement Compute(Evaluation evaluation, string? field)
    {
        if (TryEvaluate(evaluation, current: default, out var value))
            return value;

        var cause = _root == PathRoot.Variable && !TryRoot(evaluation, current: default, out _)
            ? $"The variable '${_variable}' has no value."
            : field is null
                ? $"Invalid path '{Text}' : No results for path: {(_root == PathRoot.Context ? "$$" : "$")}{_variable}{string.Concat<Segment>(_segments)}"
                : $"The JSONPath '{Text}' specified for the field '{field}' could not be found in the input '{Excerpt(evaluation)}'";
        throw new EvaluationException(ErrorNames.Runtime, cause);
    }

    /// <summary>What the path was looked up in, as JSON, cut when long.</summary>
    internal string Excerpt(Evaluation evaluation)
    {
        const int longest = 4_000;
        var text = TryRoot(evaluation, current: default, out var root) ? JsonText.Compact(root) : "";
        return text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)] + "…";
    }

    private bool TryRoot(Evaluation evaluation, JsonElement current, out JsonElement root)
    {
        root = _root switch
        {
            PathRoot.Input => evaluation.Input,
            PathRoot.Context => evaluation.Context,
            PathRoot.Current => current,
            _ => evaluation.Variables.ValueKind == JsonValueKind.Object && evaluation.Variables.TryGetProperty(_variable!, out var variable) ? variable : default,
        };
        return root.ValueKind != JsonValueKind.Undefined;
    }
}
