using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Flow.StatesLanguage.Expressions.Intrinsics;

namespace Flow.StatesLanguage.Expressions;

/// <summary>A call of an intrinsic function, <c>States.Format('{}', $.name)</c>, with the calls in it.</summary>
internal sealed class Intrinsic : Expression
{
    private readonly Call _call;

    private Intrinsic(string text, Call call, IReadOnlyCollection<string> variableNames)
    {
        Text = text;
        VariableNames = variableNames;
        _call = call;
    }

    public override string Text { get; }

    public override IReadOnlyCollection<string> VariableNames { get; }

    /// <summary>Parses a call: the function exists, has as many arguments as it takes, and those that are written out are of its types. Never throws on user text.</summary>
    /// <param name="text">The call.</param>
    /// <param name="intrinsic">The call; null when the text is none.</param>
    /// <param name="error">What is wrong and at which character; null when nothing is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Intrinsic? intrinsic, [NotNullWhen(false)] out string? error)
    {
        try
        {
            var cursor = new TextCursor(text);
            var call = CallParser.Parse(cursor);
            cursor.ExpectEnd();
            intrinsic = new(text, call, cursor.VariableNames);
            error = null;
            return true;
        }
        catch (SyntaxException exception)
        {
            intrinsic = null;
            error = exception.Message;
            return false;
        }
    }

    protected override JsonElement Compute(Evaluation evaluation, string? field) => _call.Evaluate(evaluation);
}
