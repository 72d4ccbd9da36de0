namespace Flow.StatesLanguage.Expressions;

/// <summary>The error names that evaluating expressions may end with.</summary>
internal static class ErrorNames
{
    /// <summary>A path that matches nothing, a value of the wrong type or form.</summary>
    public const string Runtime = "States.Runtime";

    /// <summary>A JSONata expression that fails or gives no value, or a value of the wrong type or range.</summary>
    public const string QueryEvaluation = "States.QueryEvaluationError";

    /// <summary>An intrinsic function was given something it cannot work on.</summary>
    public const string IntrinsicFailure = "States.IntrinsicFailure";

    /// <summary>A value cannot be placed where ResultPath says.</summary>
    public const string ResultPathMatchFailure = "States.ResultPathMatchFailure";
}
