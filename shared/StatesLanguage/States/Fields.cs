using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.Expressions.Queries;

namespace Flow.StatesLanguage.States;

/// <summary>InputPath or OutputPath: a part of a value, the whole, or (null) an empty object.</summary>
internal sealed record Selection(JsonPath? Path, bool Discards = false)
{
    public static readonly Selection All = new((JsonPath?)null);

    public JsonElement Apply(Evaluation evaluation) =>
        Discards ? Json.EmptyObject : Path is null ? evaluation.Input : Path.Evaluate(evaluation);
}

/// <summary>ResultPath: where a result goes in the raw input; or it takes its place, or (null) is dropped.</summary>
internal sealed record Placement(JsonPath? Path, bool Discards = false)
{
    public static readonly Placement Whole = new((JsonPath?)null);

    public JsonElement Apply(JsonElement rawInput, JsonElement result) =>
        Discards ? rawInput : Path is null ? result : ReferencePath.Set(rawInput, Path, result);
}

/// <summary>A value of a field that is written, or found at run time: by the field's Path twin, or by an expression in the field itself (JSONata).</summary>
/// <typeparam name="T">What is written.</typeparam>
/// <param name="Field">The field, without Path.</param>
/// <param name="Literal">The value that is written.</param>
/// <param name="Source">Where the value is found otherwise.</param>
internal sealed record Sourced<T>(string Field, T Literal, Expression? Source)
{
    /// <summary>The field whose value is found.</summary>
    public string SourceField => Source is JsonataText ? Field : Field + "Path";

    /// <summary>The value where it is not written.</summary>
    /// <exception cref="EvaluationException">There is none.</exception>
    public JsonElement Find(Evaluation evaluation) => Source!.Evaluate(evaluation, Source is JsonataText ? Field : null);

    /// <summary>The error of a value that is not what the field needs.</summary>
    public EvaluationException Wrong(JsonElement found, string wanted) => Source is JsonataText
        ? JsonataText.Failed(Field, $"The JSONata expression '{Source.Text}' of the field '{Field}' gives {found.GetRawText()}, which is not {wanted}.")
        : new(ErrorNames.Runtime, $"{SourceField} refers to {found.GetRawText()}, which is not {wanted}: {Source!.Text}.");
}

/// <summary>One entry of Retry.</summary>
/// <param name="Errors">ErrorEquals.</param>
/// <param name="IntervalSeconds">Delay before the first retry.</param>
/// <param name="MaxAttempts">Most retries; 0: none.</param>
/// <param name="BackoffRate">What the delay grows by, from retry to retry.</param>
/// <param name="MaxDelaySeconds">Longest delay; null: <see cref="LongestDelaySeconds"/>.</param>
/// <param name="FullJitter">Whether the delay is drawn evenly between 0 and what it would be.</param>
internal sealed record Retrier(IReadOnlyList<string> Errors, int IntervalSeconds, int MaxAttempts, double BackoffRate, int? MaxDelaySeconds, bool FullJitter)
{
    /// <summary>The language's own bound on MaxDelaySeconds: 366 days.</summary>
    public const int LongestDelaySeconds = 31_622_400;

    /// <summary>Delay before the retry after <paramref name="used"/> earlier ones.</summary>
    public double DelaySeconds(int used, Randomness randomness)
    {
        var delay = IntervalSeconds == 0 ? 0 : Math.Min(IntervalSeconds * Math.Pow(BackoffRate, used), MaxDelaySeconds ?? LongestDelaySeconds);
        return FullJitter ? delay * randomness.NextDouble() : delay;
    }
}

/// <summary>One entry of Catch.</summary>
/// <param name="Errors">ErrorEquals.</param>
/// <param name="Next">The state that follows.</param>
/// <param name="ResultPath">Where the error goes in the raw input (JSONPath).</param>
/// <param name="Assign">What it assigns.</param>
/// <param name="Output">What goes on (JSONata); null: the error.</param>
internal sealed record Catcher(IReadOnlyList<string> Errors, string Next, Placement ResultPath, Template? Assign, Template? Output = null);
