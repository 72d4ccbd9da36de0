using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Intrinsics;

/// <summary>An argument of a call.</summary>
internal abstract record Argument;

/// <summary>A value written out: <c>'text'</c>, <c>1.5</c>, <c>true</c>, <c>null</c>.</summary>
/// <param name="Value">The value.</param>
/// <param name="Source">Of a text: how it was written, escapes included.</param>
internal sealed record Literal(JsonElement Value, string? Source = null) : Argument;

/// <summary>A path: <c>$.a</c>, <c>$$.b</c>, <c>$c</c>.</summary>
internal sealed record PathArgument(JsonPath Path) : Argument;

/// <summary>A call of a function.</summary>
internal sealed record Call(Function Function, IReadOnlyList<Argument> Arguments, string Text) : Argument
{
    public JsonElement Evaluate(Evaluation evaluation)
    {
        var values = new JsonElement[Arguments.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Evaluate(Arguments[i], evaluation);

        try
        {
            for (var i = 0; i < values.Length; i++)
                Function.Check(i, values[i].ValueKind);
            return Function.Invoke(new(values, Arguments, evaluation.Randomness));
        }
        catch (ArgumentRefusedException exception)
        {
            throw new EvaluationException(ErrorNames.IntrinsicFailure, $"The function '{Text}' had the following error: {exception.Message}");
        }
    }

    private JsonElement Evaluate(Argument argument, Evaluation evaluation) => argument switch
    {
        Literal literal => literal.Value,
        Call call => call.Evaluate(evaluation),
        PathArgument { Path: var path } when path.TryEvaluate(evaluation, out var value) => value,
        PathArgument { Path: var path } => throw new EvaluationException(
            ErrorNames.Runtime,
            $"The function '{Text}' had the following error: The JsonPath argument for the field '{path.Text}' could not be found in the input '{path.Excerpt(evaluation)}'"),
        _ => throw new System.Diagnostics.UnreachableException($"Unknown argument {argument}."),
    };
}

/// <summary>A function cannot work on an argument.</summary>
internal sealed class ArgumentRefusedException(string message) : Exception(message);
